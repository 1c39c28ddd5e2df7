/**
 * A condition as one builds it: a group of lines that all hold, or one of which holds. Every condition can be shown so and
 * comes back with the same meaning; what was not touched comes back as it was. Pure.
 */
import type { Comparison, Condition, Scalar } from '@/engine/definition';

export type Operator = 'is' | 'is-not' | 'in' | 'not-in' | Comparison;

export interface Row {
  readonly kind: 'row';
  readonly ref: string;
  readonly operator: Operator;
  readonly values: readonly Scalar[];
}

export interface Group {
  readonly kind: 'group';
  readonly join: 'all' | 'any';
  /** None of them, not all of them. */
  readonly negated: boolean;
  readonly parts: readonly Part[];
}

export type Part = Row | Group;

const group = (join: 'all' | 'any', parts: readonly Part[], negated = false): Group => ({ kind: 'group', join, negated, parts });
const row = (ref: string, operator: Operator, values: readonly Scalar[]): Row => ({ kind: 'row', ref, operator, values });

/** The outermost is always a group, so that a line can be added. */
export function toGroup(condition: Condition | undefined): Group {
  if (condition === undefined) return group('all', []);
  const part = toPart(condition);
  return part.kind === 'group' ? part : group('all', [part]);
}

function toPart(condition: Condition): Part {
  if ('all' in condition) return group('all', condition.all.map(toPart));
  if ('any' in condition) return group('any', condition.any.map(toPart));
  if ('equals' in condition) return row(condition.equals[0], 'is', [condition.equals[1]]);
  if ('in' in condition) return row(condition.in[0], 'in', condition.in[1]);
  if ('compare' in condition) return row(condition.compare[0], condition.compare[1], [condition.compare[2]]);
  return negate(toPart(condition.not));
}

const OPPOSITE: Partial<Record<Operator, Operator>> = { is: 'is-not', 'is-not': 'is', in: 'not-in', 'not-in': 'in' };

/** A comparison is not turned round: nothing is neither below nor above a limit. */
function negate(part: Part): Part {
  if (part.kind === 'group') return { ...part, negated: !part.negated };
  const opposite = OPPOSITE[part.operator];
  return opposite === undefined ? group('all', [part], true) : { ...part, operator: opposite };
}

/** Nothing when no line is left. */
export function fromGroup(whole: Group): Condition | undefined {
  const parts = whole.parts.map(fromPart).filter((part) => part !== undefined);
  const [only] = parts;
  if (only === undefined) return undefined;
  const joined: Condition = parts.length === 1 ? only : whole.join === 'all' ? { all: parts } : { any: parts };
  return whole.negated ? { not: joined } : joined;
}

function fromPart(part: Part): Condition | undefined {
  return part.kind === 'group' ? fromGroup(part) : fromRow(part);
}

function fromRow({ ref, operator, values }: Row): Condition {
  const value = values[0] ?? '';
  switch (operator) {
    case 'is': return { equals: [ref, value] };
    case 'is-not': return { not: { equals: [ref, value] } };
    case 'in': return { in: [ref, values] };
    case 'not-in': return { not: { in: [ref, values] } };
    default: return { compare: [ref, operator, Number(value)] };
  }
}

export const emptyRow = (ref: string): Row => row(ref, 'is', []);
