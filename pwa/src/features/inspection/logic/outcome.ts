/** What the walk amounts to: problems by section, counts, the score and how it came about. */

import type { Definition, Line } from '@/engine/definition';
import type { Gap, LineStatus } from './status';
import type { Walk } from './walk';

export interface Counted {
  readonly total: number;
  readonly pass: number;
  readonly fail: number;
  readonly na: number;
  readonly unable: number;
  readonly open: number;
}

export interface Problem {
  readonly index: number;
  readonly line: Line;
  readonly key: string;
}

export interface SectionOutcome {
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly counted: Counted;
}

export interface Lack {
  readonly index: number;
  readonly gaps: readonly Gap[];
}

const NOTHING: Counted = { total: 0, pass: 0, fail: 0, na: 0, unable: 0, open: 0 };

function counted(statuses: readonly (LineStatus | undefined)[]): Counted {
  const all: Record<keyof Counted, number> = { ...NOTHING };
  for (const status of statuses) {
    all.total += 1;
    all[status?.result ?? 'open'] += 1;
  }
  return all;
}

export function sectionOutcomes(definition: Definition, walk: Walk, statuses: readonly LineStatus[]): SectionOutcome[] {
  return definition.sections.flatMap(({ key }) => {
    const own = walk.lines.flatMap((line, index) => (line.section === key ? [{ index, line, key: walk.keys[index] ?? '' }] : []));
    if (own.length === 0) return [];
    const problems = own.filter(({ index }) => statuses[index]?.result === 'fail');
    return [{ key, problems, counted: counted(own.map(({ index }) => statuses[index])) }];
  });
}

export function totals(statuses: readonly LineStatus[]): Counted {
  return counted(statuses);
}

/** Everything that still keeps the record from being handed in. */
export function lacks(walk: Walk, statuses: readonly LineStatus[], drafted: ReadonlySet<string>): Lack[] {
  return walk.keys.flatMap((key, index) => {
    const status = statuses[index];
    const half: readonly Gap[] = drafted.has(key) && status?.result === 'fail' ? [{ what: 'hazard', field: null }] : [];
    const gaps = [...(status?.gaps ?? []), ...half];
    return gaps.length === 0 ? [] : [{ index, gaps }];
  });
}

/** `2 h 05 min` as its two numbers. */
export function duration(from: number, to: number): { readonly hours: number; readonly minutes: number } {
  const minutes = Math.max(0, Math.round((to - from) / 60_000));
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
