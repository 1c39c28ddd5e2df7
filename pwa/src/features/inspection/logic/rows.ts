/** The list of all items, searched and filtered, with a heading before each leg. */

import { finder } from '@/ui/find';
import { isSettled, type LineStatus } from './status';
import type { Leg, Walk } from './walk';

export const FILTERS = ['all', 'todo', 'fail', 'gap', 'later'] as const;
export type Filter = (typeof FILTERS)[number];

export type ListRow =
  | { readonly kind: 'leg'; readonly key: string; readonly leg: number }
  | { readonly kind: 'line'; readonly key: string; readonly index: number };

export interface ListQuery {
  readonly filter: Filter;
  readonly words: string;
}

export interface ListFacts {
  readonly statuses: readonly LineStatus[];
  readonly isLater: (index: number) => boolean;
  readonly textOf: (index: number) => string;
}

function matcher(query: ListQuery, facts: ListFacts): (index: number) => boolean {
  const finds = finder(query.words);
  const tests: Readonly<Record<Filter, (index: number) => boolean>> = {
    all: () => true,
    todo: (index) => facts.statuses[index]?.started !== true,
    fail: (index) => facts.statuses[index]?.result === 'fail',
    gap: (index) => !isSettled(facts.statuses[index]),
    later: facts.isLater,
  };
  const test = tests[query.filter];
  return (index) => test(index) && (query.words === '' || finds(facts.textOf(index)));
}

function legRows(leg: Leg, n: number, matches: (index: number) => boolean): ListRow[] {
  const rows: ListRow[] = [];
  for (let index = leg.from; index < leg.from + leg.count; index += 1) {
    if (matches(index)) rows.push({ kind: 'line', key: `l${String(index)}`, index });
  }
  return rows.length === 0 ? [] : [{ kind: 'leg', key: `g${String(n)}`, leg: n }, ...rows];
}

export function listRows(walk: Walk, query: ListQuery, facts: ListFacts): ListRow[] {
  const matches = matcher(query, facts);
  const rows: ListRow[] = [];
  walk.legs.forEach((leg, n) => {
    for (const row of legRows(leg, n, matches)) rows.push(row);
  });
  return rows;
}

export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** Which of *count* rows of equal height need to exist at this scroll position. */
export function visibleSlice(count: number, rowPx: number, top: number, height: number): Slice {
  const spare = 6;
  const from = Math.max(0, Math.floor(top / rowPx) - spare);
  const to = Math.min(count, Math.ceil((top + height) / rowPx) + spare);
  return { from: Math.min(from, count), to: Math.max(to, Math.min(from, count)) };
}
