/** Whether a condition holds. Six forms, no arithmetic. */
import type { Comparison, Condition, Scalar, Value } from './definition';
import { isList, same } from './values';

export type Look = (ref: string) => Value;

/** Decide a condition, asking `look` for the value behind each reference. */
export function holds(condition: Condition, look: Look): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, look));
  if ('any' in condition) return condition.any.some((part) => holds(part, look));
  if ('not' in condition) return !holds(condition.not, look);
  if ('equals' in condition) return meets(look(condition.equals[0]), [condition.equals[1]]);
  if ('in' in condition) return meets(look(condition.in[0]), condition.in[1]);
  return compares(look(condition.compare[0]), condition.compare[1], condition.compare[2]);
}

// Of several choices one is enough: "equals" on a list means "contains".
function meets(value: Value, wanted: readonly Scalar[]): boolean {
  const several = isList(value) ? value : [value];
  return several.some((x) => wanted.some((y) => same(x, y)));
}

function compares(value: Value, operator: Comparison, limit: number): boolean {
  if (typeof value !== 'number') return false;
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
