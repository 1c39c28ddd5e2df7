/** The lists of criteria that this phone holds. */
import { readMeta, type Database } from '@/data/database';
import type { CriteriaEntry, CriteriaList } from '@/engine/criteria';
import { pick } from '@/i18n/i18n';

/** A published list with the name of its content. */
export type KnownList = CriteriaList & { readonly hash: string };

/** An entry with the list it stands in. */
export interface Listed {
  readonly list: CriteriaList;
  readonly entry: CriteriaEntry;
}

const PREFIX = 'criteria-';

export async function criteriaLists(db: Database): Promise<readonly KnownList[]> {
  const words = (await readMeta(db, 'manifest'))?.words ?? [];
  const hashes = words.filter(({ key }) => key.startsWith(PREFIX)).map(({ hash }) => hash);
  const rows = await db.definitions.bulkGet(hashes);
  return rows.flatMap((row) => (row === undefined ? [] : [{ ...(row.data as CriteriaList), hash: row.hash }]));
}

/** Document and clause, as they are cited. */
export const sourceWords = ({ list, entry }: Listed): string => [pick(list.title), entry.source.clause].filter(Boolean).join(' ');

/** The sentence that a hazard keeps of a candidate. */
export const criterionWords = (one: Listed): string => `${sourceWords(one)}: ${pick(one.entry.text)}`;
