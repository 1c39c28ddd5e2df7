/** What the address of a new visit names, checked against what is known: a link may be old, torn or meant for somebody else. */
import type { Database } from '@/data/database';
import type { Tag } from '@/data/records';
import { get } from '@/data/view';

export interface BeginQuery {
  readonly assignment: string | null;
  readonly checklist: string | null;
  readonly unit: string | null;
  readonly location: string | null;
  readonly asset: string | null;
  readonly tag: string | null;
}

/** What of the address leads nowhere. */
export type Stray = 'assignment' | 'unit' | 'location' | 'asset' | 'tag';

type Check = (db: Database, id: string, query: BeginQuery) => Promise<boolean>;

const ofUnit = (row: { readonly unit_id: string } | undefined, unit: string | null): boolean =>
  row !== undefined && (unit === null || row.unit_id === unit);

/** A label speaks for the very place or device that it hangs on. */
const hangsThere = (tag: Tag | undefined, { location, asset }: BeginQuery): boolean =>
  tag?.state === 'bound' && tag.target_id === (tag.target_kind === 'asset' ? asset : location);

const CHECKS: readonly (readonly [Stray, Check])[] = [
  ['assignment', async (db, id) => (await get(db, 'assignment', id)) !== undefined],
  ['unit', async (db, id) => (await get(db, 'unit', id))?.active === true],
  ['location', async (db, id, { unit }) => ofUnit(await get(db, 'location', id), unit)],
  ['asset', async (db, id, { unit }) => ofUnit(await get(db, 'asset', id), unit)],
  ['tag', async (db, id, query) => hangsThere(await get(db, 'tag', id), query)],
];

export async function strayOf(db: Database, query: BeginQuery): Promise<Stray | null> {
  for (const [name, isKnown] of CHECKS) {
    const id = query[name];
    if (id !== null && !(await isKnown(db, id, query))) return name;
  }
  return null;
}
