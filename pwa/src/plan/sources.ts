/** What a visit of a unit would be made of, as it lies on the phone. */

import { readMeta, type Database } from '@/data/database';
import { dict, isRecord, text } from '@/data/shape';
import type { RegionalEntry } from '@/data/tables';
import { all, children, get } from '@/data/view';
import type { Definition } from '@/engine/definition';
import { spotsOf, type Spot } from './spots';

export interface Published {
  readonly hash: string;
  readonly definition: Definition;
}

/** The nearest region around a place has the fewest regions in it. */
const nearest = (regional: readonly RegionalEntry[], key: string, region: string): RegionalEntry | undefined =>
  regional.filter((one) => one.key === key && one.region_ids.includes(region)).sort((a, b) => a.region_ids.length - b.region_ids.length)[0];

/** A plan may come with the versions of its checklists: that of a sealed visit of a peer check does. */
const planned = ({ data }: { readonly data: unknown }, task: string): Readonly<Record<string, string>> | undefined => {
  const row = isRecord(data) ? data : {};
  const plan = isRecord(row['plan']) ? row['plan'] : row;
  return plan['assignment_id'] === task && plan['definitions'] !== undefined ? dict(text)(plan['definitions']) : undefined;
};

/** What a peer check's round pins for a task, by the key of the checklist: nothing else is offered for it. */
async function pinned(db: Database, task: string | null): Promise<Readonly<Record<string, string>>> {
  if (task === null) return {};
  const round = (await all(db, 'peer')).find(({ assignment_ids: tasks }) => tasks.includes(task));
  if (round !== undefined) return round.definitions;
  const plans = await Promise.all(['visit', 'visit-plan'].map((kind) => db.rows.where('[etype+eid]').between([kind, ''], [kind, '\uffff']).toArray()));
  return plans.flat().map((row) => planned(row, task)).find((pins) => pins !== undefined) ?? {};
}

/** The checklists of today: of each, what the unit's region laid over it, or else the version for everybody. All of them, or *keys*. */
export async function latestDefinitions(
  db: Database, unit: string | null = null, task: string | null = null, keys: readonly string[] | null = null,
): Promise<Published[]> {
  const pins = await pinned(db, task);
  const manifest = await readMeta(db, 'manifest');
  const region = unit === null ? null : (await get(db, 'unit', unit))?.region_id;
  const wanted = (manifest?.definitions ?? []).filter(({ key }) => keys?.includes(key) ?? true);
  const chosen = wanted.map((one) => (region ? nearest(manifest?.regional ?? [], one.key, region) : undefined) ?? one);
  const rows = await db.definitions.bulkGet(chosen.map(({ key, hash }) => pins[key] ?? hash));
  return rows.flatMap((row) => (row ? [{ hash: row.hash, definition: row.data as Definition }] : []));
}

export async function loadSpots(db: Database, unit: string): Promise<Map<string, Spot>> {
  const [locations, assets] = await Promise.all([children(db, 'location', unit), children(db, 'asset', unit)]);
  return spotsOf(locations.filter((row) => row.active), assets.filter((row) => row.active));
}
