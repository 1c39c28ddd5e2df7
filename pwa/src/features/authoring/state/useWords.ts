/** The words that checklists share, as this device holds them: records of the law, criteria, categories. */
import categories from '../../../../../checklists/categories.json';
import { readMeta, type Database } from '@/data/database';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import type { FilterOption } from '@/desk/columns';
import { lawWords } from '@/engine/citations';
import type { LawRecord, LawRecords } from '@/engine/law';
import { pick } from '@/i18n/i18n';
import { criteriaLists, type KnownList } from '@/major/lists';
import { valueAt } from '../logic/pointer';

async function wordsNamed(db: Database, name: string): Promise<unknown> {
  const entry = (await readMeta(db, 'manifest'))?.words.find(({ key }) => key === name);
  return entry ? (await db.definitions.get(entry.hash))?.data : undefined;
}

export interface Words {
  readonly laws: () => readonly FilterOption[];
  readonly editions: (law: string) => readonly FilterOption[];
  readonly lawName: (law: string) => string;
  readonly criteria: () => readonly FilterOption[];
  readonly categories: () => readonly FilterOption[];
}

const nameOf = (record: LawRecord): string => {
  const edition = record.editions.at(-1);
  return edition ? lawWords(record, edition) : pick(record.title);
};

export function useWords(): Words {
  const db = useDatabase();
  const records = useLive<LawRecords>(async () => {
    const found = await wordsNamed(db, 'basis');
    return (valueAt(found, '/records') ?? {}) as LawRecords;
  }, {});
  const criteria = useLive<readonly KnownList[]>(() => criteriaLists(db), []);
  return {
    laws: () => Object.values(records.value).map((one) => ({ value: one.key, label: nameOf(one) })).sort((a, b) => a.label.localeCompare(b.label, 'zh')),
    editions: (law) => (records.value[law]?.editions ?? []).map((one) => ({ value: one.number, label: one.number })),
    lawName: (law) => { const found = records.value[law]; return found ? nameOf(found) : law; },
    criteria: () => criteria.value.flatMap((list) => list.entries.map((entry) => ({ value: `${list.key}.${entry.key}`, label: pick(entry.text) }))),
    categories: () => categories.categories.map((one) => ({ value: one.key, label: pick(one.label) })),
  };
}
