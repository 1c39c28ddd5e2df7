/** How long a task takes: what this unit is asked where it is to be visited, at the pace that was measured. */

import { readMeta, type Database } from '@/data/database';
import type { Assignment } from '@/data/records';
import { get } from '@/data/view';
import { lengthOf } from './length';
import { choosable, proposed } from './proposal';
import { latestDefinitions, loadSpots } from './sources';
import { contextOf, today } from './spots';
import { timesOf } from './times';

/** Null while the unit or a checklist is not on this phone. */
export async function minutesOf(db: Database, task: Assignment): Promise<number | null> {
  const [unit, spots, published, times] = await Promise.all([
    get(db, 'unit', task.unit_id),
    loadSpots(db, task.unit_id),
    latestDefinitions(db, task.unit_id, task.id, task.checklist_keys),
    readMeta(db, 'timings'),
  ]);
  if (!unit || published.length < task.checklist_keys.length) return null;
  const minutes = published.map(({ definition }) => {
    const chosen = new Set(proposed(choosable(definition, spots), spots, { location: null, asset: null, planned: task.location_ids }));
    const over = (kind: 'location' | 'asset'): string[] => [...chosen].filter((id) => spots.get(id)?.over === kind);
    const context = contextOf(unit, spots, { location: over('location'), asset: over('asset') }, today());
    return lengthOf(definition, context, timesOf(times?.checklists ?? {}, definition.key), 'full').minutes;
  });
  return minutes.reduce((sum, each) => sum + each, 0);
}
