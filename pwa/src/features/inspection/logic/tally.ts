/** How far the walk is: per leg, per section and altogether. */

import { isOmission, isSettled, type LineStatus } from './status';
import { legAt, type Walk } from './walk';

export interface Tally {
  readonly total: number;
  readonly done: number;
  readonly fail: number;
  /** Begun, but something that belongs to it is missing. */
  readonly gap: number;
}

export const NO_TALLY: Tally = { total: 0, done: 0, fail: 0, gap: 0 };

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

function tallyOf(statuses: readonly LineStatus[], from: number, count: number): Tally {
  const found = { done: 0, fail: 0, gap: 0 };
  for (let n = from; n < from + count; n += 1) {
    const status = statuses[n];
    if (isSettled(status)) found.done += 1;
    if (status?.result === 'fail') found.fail += 1;
    if (isOmission(status)) found.gap += 1;
  }
  return { total: count, ...found };
}

export function progressOf(walk: Walk, statuses: readonly LineStatus[]): Progress {
  return progressBy(walk, walk.legs.map((leg) => tallyOf(statuses, leg.from, leg.count)));
}

/** The same after a few lines changed: only their legs are counted again. */
export function progressAfter(walk: Walk, statuses: readonly LineStatus[], before: Progress, changed: readonly number[]): Progress {
  const legs = [...before.legs];
  for (const n of new Set(changed.map((index) => legAt(walk, index)))) {
    const leg = walk.legs[n];
    if (leg) legs[n] = tallyOf(statuses, leg.from, leg.count);
  }
  return progressBy(walk, legs);
}

function progressBy(walk: Walk, legs: readonly Tally[]): Progress {
  const sections = new Map<string, Tally>();
  walk.legs.forEach((leg, n) => {
    sections.set(leg.section, sum([sections.get(leg.section) ?? NO_TALLY, legs[n] ?? NO_TALLY]));
  });
  return { legs, sections, all: sum(legs) };
}
