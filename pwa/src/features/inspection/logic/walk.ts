/** The order in which an inspection is walked: sections, and within them one leg per place or device. */

import { answerKey, type Definition, type Item, type Line, type Section } from '@/engine/definition';

export interface Leg {
  readonly section: string;
  readonly target: string;
  readonly from: number;
  readonly count: number;
}

export interface Walk {
  readonly lines: readonly Line[];
  readonly legs: readonly Leg[];
  readonly keys: readonly string[];
  /** Line key → position. */
  readonly at: ReadonlyMap<string, number>;
}

export const lineKey = (line: Line): string => answerKey(line.target, line.item);

function grouped(lines: readonly Line[]): Map<string, Map<string, Line[]>> {
  const sections = new Map<string, Map<string, Line[]>>();
  for (const line of lines) {
    const targets = sections.get(line.section) ?? new Map<string, Line[]>();
    sections.set(line.section, targets);
    const leg = targets.get(line.target) ?? [];
    targets.set(line.target, leg);
    leg.push(line);
  }
  return sections;
}

/** Put the lines of one place together: nobody walks to forty rooms once per question. */
export function buildWalk(lines: readonly Line[]): Walk {
  const ordered: Line[] = [];
  const legs: Leg[] = [];
  for (const [section, targets] of grouped(lines)) {
    for (const [target, leg] of targets) {
      legs.push({ section, target, from: ordered.length, count: leg.length });
      for (const line of leg) ordered.push(line);
    }
  }
  const keys = ordered.map(lineKey);
  return { lines: ordered, legs, keys, at: new Map(keys.map((key, n) => [key, n])) };
}

export function legAt(walk: Walk, index: number): number {
  let low = 0;
  let high = walk.legs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((walk.legs[middle]?.from ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The next place in the order where *wanted* holds, going round once; null when there is none. */
export function seek(count: number, from: number, wanted: (index: number) => boolean): number | null {
  for (let step = 1; step <= count; step += 1) {
    const index = (from + step) % count;
    if (index !== from && wanted(index)) return index;
  }
  return null;
}

export interface Library {
  readonly items: ReadonlyMap<string, Item>;
  readonly sections: ReadonlyMap<string, Section>;
}

export function libraryOf(definition: Definition): Library {
  return {
    items: new Map(definition.sections.flatMap((section) => section.items.map((item) => [item.key, item] as const))),
    sections: new Map(definition.sections.map((section) => [section.key, section] as const)),
  };
}
