/** What is known of one line: its result, and what it still lacks. */

import { isKnownType } from '@/answers/registry';
import type { Context, Definition, Item, Result, Values } from '@/engine/definition';
import { judge } from '@/engine/judge';
import { missing } from '@/engine/missing';

export type GapKind = 'answer' | 'reading' | 'photo' | 'note' | 'reason' | 'update' | 'hazard';

export interface Gap {
  readonly what: GapKind;
  /** The field of the reading that is missing. */
  readonly field: string | null;
}

export interface LineStatus {
  readonly result: Result;
  readonly gaps: readonly Gap[];
  /** Something was given already, so a gap is an omission and not just the future. */
  readonly started: boolean;
  readonly out: readonly string[];
}

export const UNTOUCHED: LineStatus = { result: null, gaps: [{ what: 'answer', field: null }], started: false, out: [] };

const solo = new WeakMap<Item, Definition>();
const NOBODY: Context['unit'] = { tier: 'other', attributes: [], beds: null };

/** The item alone and unconditional: the engine then judges just this one line. */
function alone(item: Item): Definition {
  const known = solo.get(item);
  if (known) return known;
  const { key, facts, ask, method, basis, answer, photo, weight } = item;
  const optional = { ...(item.readings ? { readings: item.readings } : {}), ...(item.on_fail ? { on_fail: item.on_fail } : {}) };
  const bare: Item = { key, facts, ask, method, basis, answer, photo, weight, ...optional };
  const title = ask;
  const made: Definition = {
    key: 'line', title, header: { facts: [], note: title, omitted: [] }, effective_from: '', minutes: 1,
    sections: [{ key: 'line', title, items: [bare] }],
  };
  solo.set(item, made);
  return made;
}

/** Whether this version of the app can show every part of the item. */
export function isKnownItem(item: Item): boolean {
  return isKnownType(item.answer.type) && (item.readings ?? []).every((reading) => isKnownType(reading.type));
}

export function statusOf(item: Item, values: Values, photos: number, today: string): LineStatus {
  const started = Object.values(values).some((value) => value !== null);
  if (!isKnownItem(item)) return { result: null, gaps: [{ what: 'update', field: null }], started, out: [] };
  const context: Context = { unit: NOBODY, places: {}, targets: { location: [], asset: [] }, today };
  const key = `|${item.key}`;
  const gaps = missing(alone(item), context, { [key]: values }, { [key]: photos });
  const { result, out } = judge(item, values, today);
  return { result, out, started, gaps: gaps.map(({ what, field }) => ({ what, field })) };
}

export const isSettled = (status: LineStatus | undefined): boolean => status !== undefined && status.gaps.length === 0;
export const isOmission = (status: LineStatus | undefined): boolean => status !== undefined && status.started && status.gaps.length > 0;
