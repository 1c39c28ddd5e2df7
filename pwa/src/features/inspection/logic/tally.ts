/** How far the walk is: per leg, per section and altogether. */

import type { Walk } from './walk';

/** `gap`: answered, but something that belongs to it is missing. `done`: answered without a verdict. */
export type LineState = 'todo' | 'gap' | 'pass' | 'fail' | 'na' | 'unable' | 'done';

export interface Tally {
  readonly total: number;
  readonly done: number;
  readonly fail: number;
  readonly gap: number;
}

export const NO_TALLY: Tally = { total: 0, done: 0, fail: 0, gap: 0 };

export const isSettled = (state: LineState): boolean => state !== 'todo' && state !== 'gap';

export function sum(parts: readonly Tally[]): Tally {
  return parts.reduce(
    (all, part) => ({ total: all.total + part.total, done: all.done + part.done, fail: all.fail + part.fail, gap: all.gap + part.gap }),
    NO_TALLY,
  );
}

export interface Progress {
  readonly legs: readonly Tally[];
  readonly sections: ReadonlyMap<string, Tally>;
  readonly all: Tally;
}

function tallyOf(states: readonly LineState[], from: number, count: number): Tally {
  let done = 0;
  let fail = 0;
  let gap = 0;
  for (let n = from; n < from + count; n += 1) {
    const state = states[n] ?? 'todo';
    if (isSettled(state)) done += 1;
    if (state === 'fail') fail += 1;
    if (state === 'gap') gap += 1;
  }
  return { total: count, done, fail, gap };
}

export function progressOf(walk: Walk, states: readonly LineState[]): Progress {
  const legs = walk.legs.map((leg) => tallyOf(states, leg.from, leg.count));
  const sections = new Map<string, Tally>();
  walk.legs.forEach((leg, n) => {
    sections.set(leg.section, sum([sections.get(leg.section) ?? NO_TALLY, legs[n] ?? NO_TALLY]));
  });
  return { legs, sections, all: sum(legs) };
}
