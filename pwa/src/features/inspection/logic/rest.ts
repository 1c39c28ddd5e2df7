/** Which lines of a leg may be passed together: untouched ones that need nothing but the word. */

import type { Item } from '@/engine/definition';
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

const without = new WeakMap<Item, boolean>();

/** Whether the word alone would do. Without photos that never changes, and most lines have none. */
export function passesWith(item: Item, photos: number, today: string): boolean {
  if (photos > 0) return mayPass(item, photos, today);
  const known = without.get(item) ?? mayPass(item, 0, today);
  without.set(item, known);
  return known;
}

export function restOf(leg: Leg, { walk, library, statuses, photos, today }: RestFacts): number[] {
  const found: number[] = [];
  for (let index = leg.from; index < leg.from + leg.count; index += 1) {
    const item = library.items.get(walk.lines[index]?.item ?? '');
    if (statuses[index]?.started || !item) continue;
    if (isKnownItem(item) && passesWith(item, photos(walk.keys[index] ?? ''), today)) found.push(index);
  }
  return found;
}
