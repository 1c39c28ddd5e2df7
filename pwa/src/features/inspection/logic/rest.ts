/** Which lines of a leg may be passed together: untouched ones that need nothing but the word. */

import type { Item } from '@/engine/definition';
import { statusOf, type LineStatus } from './status';
import type { Leg, Library, Walk } from './walk';

export interface RestFacts {
  readonly walk: Walk;
  readonly library: Library;
  readonly statuses: readonly LineStatus[];
  readonly photos: (key: string) => number;
  readonly today: string;
}

const PASSED = { result: 'pass' } as const;

function needsOnlyTheWord(item: Item, photos: number, today: string): boolean {
  return item.answer.type === 'pass-fail-na' && statusOf(item, PASSED, photos, today).gaps.length === 0;
}

export function restOf(leg: Leg, { walk, library, statuses, photos, today }: RestFacts): number[] {
  const found: number[] = [];
  for (let index = leg.from; index < leg.from + leg.count; index += 1) {
    const item = library.items.get(walk.lines[index]?.item ?? '');
    if (statuses[index]?.started || !item) continue;
    if (needsOnlyTheWord(item, photos(walk.keys[index] ?? ''), today)) found.push(index);
  }
  return found;
}
