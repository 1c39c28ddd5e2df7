/** The part of a checklist that one visit takes on. */

import type { Condition, Definition } from '@/engine/definition';
import { refsOf } from '@/engine/lines';

function lookedAt(definition: Definition, key: string, owners: ReadonlyMap<string, string>): string[] {
  const section = definition.sections.find((each) => each.key === key);
  const whens = [section?.when, ...(section?.items.map((item) => item.when) ?? [])].filter((when): when is Condition => when !== undefined);
  return whens.flatMap(refsOf).flatMap((ref) => owners.get(ref) ?? owners.get(ref.slice(0, ref.lastIndexOf('.'))) ?? []);
}

/** The chosen sections and those whose answers decide about them, in order; null for the whole checklist. */
export function wholePart(definition: Definition, chosen: readonly string[]): string[] | null {
  const owners = new Map(definition.sections.flatMap(({ key, items }) => items.map((item) => [item.key, key] as const)));
  const wanted = new Set<string>();
  const waiting = [...chosen];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (wanted.has(key)) continue;
    wanted.add(key);
    waiting.push(...lookedAt(definition, key, owners));
  }
  const keys = definition.sections.map(({ key }) => key);
  return keys.every((key) => wanted.has(key)) ? null : keys.filter((key) => wanted.has(key));
}
