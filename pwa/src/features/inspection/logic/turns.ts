/** The items that take turns at a unit: when each was checked last, and which are drawn for this visit. */

import type { Inspection } from '@/data/records';
import type { Context, Definition, Item } from '@/engine/definition';
import { candidatesOf, draw, type LastChecks } from '@/engine/draw';
import { isDeep } from '@/engine/lines';

const moment = (visit: Inspection): number => visit.submitted_at ?? visit.device_started_at;

/** What submitted visits of this checklist settled at the unit. One still on its way to the server counts as drawn. */
export function lastChecks(visits: readonly Inspection[], checklist: string): LastChecks {
  const last = new Map<string, number>();
  for (const visit of visits) {
    if (visit.checklist_key !== checklist || visit.state !== 'submitted') continue;
    for (const key of visit.deep_checked ?? visit.deep_items ?? []) {
      last.set(key, Math.max(last.get(key) ?? 0, moment(visit)));
    }
  }
  return Object.fromEntries(last);
}

export interface Turns {
  /** How many deep items this unit may be asked. */
  readonly all: number;
  /** How many of them one visit draws. */
  readonly drawn: number;
}

/** Null when the checklist has no items that take turns. */
export function turnsOf(definition: Definition, context: Context): Turns | null {
  if (definition.rotation === undefined) return null;
  const all = candidatesOf(definition, context).length;
  return all === 0 ? null : { all, drawn: Math.min(all, definition.rotation.per_visit) };
}

/** What the visit of this id asks in depth; null where nothing takes turns. */
export function drawFor(definition: Definition, context: Context, id: string, visits: readonly Inspection[]): string[] | null {
  if (definition.rotation === undefined) return null;
  return draw(definition, context, id, lastChecks(visits, definition.key));
}

/** Whether the item takes turns and was drawn for this very visit. */
export const isDrawn = (visit: Inspection | undefined, item: Item): boolean =>
  isDeep(item) && visit?.deep_items?.includes(item.key) === true;
