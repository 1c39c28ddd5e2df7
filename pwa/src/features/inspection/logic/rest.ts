/** Which lines of a leg may be passed together: untouched ones that need nothing but the word. */

import { mayPass } from '@/engine/exceptions';
import { isKnownItem, type LineStatus } from './status';
import type { Leg, Library, Walk } from './walk';

export interface RestFacts {
  readonly walk: Walk;
  readonly library: Library;
  readonly statuses: readonly LineStatus[];
  readonly photos: (key: string) => number;
  readonly today: string;
}

export function restOf(leg: Leg, { walk, library, statuses, photos, today }: RestFacts): number[] {
  const found: number[] = [];
  for (let index = leg.from; index < leg.from + leg.count; index += 1) {
    const item = library.items.get(walk.lines[index]?.item ?? '');
    if (statuses[index]?.started || !item) continue;
    if (isKnownItem(item) && mayPass(item, photos(walk.keys[index] ?? ''), today)) found.push(index);
  }
  return found;
}
