/** Which answers can change which lines are asked: only then must the walk be laid out anew. */

import type { Condition, Definition } from '@/engine/definition';

function refsOf(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(refsOf);
  if ('any' in condition) return condition.any.flatMap(refsOf);
  if ('not' in condition) return refsOf(condition.not);
  if ('equals' in condition) return [condition.equals[0]];
  return 'in' in condition ? [condition.in[0]] : [condition.compare[0]];
}

/** Keys of items that a condition of a section or of another item looks at. */
export function deciders(definition: Definition): ReadonlySet<string> {
  const items = definition.sections.flatMap((section) => section.items);
  const refs = [...definition.sections, ...items].flatMap((part) => (part.when ? refsOf(part.when) : []));
  const keys = new Set(items.map((item) => item.key));
  return new Set(refs.map((ref) => (keys.has(ref) ? ref : ref.slice(0, ref.lastIndexOf('.')))).filter((key) => keys.has(key)));
}
