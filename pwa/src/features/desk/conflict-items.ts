/** The items of a checklist by key. */
import type { Definition, Item } from '@/engine/definition';

export const inspectionItems = (definition: Definition): ReadonlyMap<string, Item> =>
  new Map(definition.sections.flatMap(({ items }) => items.map((item) => [item.key, item] as const)));
