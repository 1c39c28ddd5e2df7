/**
 * The law of merging on the phone: the same histories as on the server (contracts/vectors/merge_history.json), and invented
 * ones. Every order of arrival that keeps each phone's own order must end in the same words.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import histories from '@contracts/vectors/merge_history.json';
import type { Value } from './definition';
import { mergeField } from './merge';
import type { Candidate, FieldState, Incoming, Merged } from './shapes';

type Phones = readonly (readonly Incoming[])[];

const RUNS = 1200;
const MOST_ORDERS = 40;
const WITHOUT_ORDER = ['result', 'note', 'reason'] as const;
const VALUES: Readonly<Record<string, readonly Value[]>> = {
  result: ['pass', 'fail', 'na', 'unable', null],
  note: ['a', 'b', '', null],
  reason: ['x', 'y', ''],
  'r.width': [1.1, 1.4, 2, null],
};

function arrive(field: string, start: FieldState | null, words: readonly Incoming[]): Merged {
  let merged: Merged | null = null;
  for (const word of words) merged = mergeField(field, merged?.state ?? start, word);
  if (merged === null) throw new Error('nobody said anything');
  return merged;
}

function* orders(phones: Phones): Generator<readonly Incoming[]> {
  if (phones.every((own) => own.length === 0)) yield [];
  for (const [n, [first]] of phones.entries()) {
    if (first === undefined) continue;
    const rest = phones.map((own, at) => (at === n ? own.slice(1) : own));
    for (const tail of orders(rest)) yield [first, ...tail];
  }
}

function some<T>(every: Iterable<T>, most: number): T[] {
  const found: T[] = [];
  for (const one of every) {
    found.push(one);
    if (found.length === most) break;
  }
  return found;
}

const wordsOf = (state: FieldState): readonly Candidate[] => state.candidates ?? [state];
const name = ({ by, client, at, v }: Pick<Candidate, 'by' | 'client' | 'at' | 'v'>): string => JSON.stringify([by, client, at, v]);
const told = ({ state, conflict }: Merged): unknown => ({ said: wordsOf(state).map(name).sort(), conflict });

const person = fc.constantFrom('ann', 'bob', 'cid');
const valueOf = (field: string): fc.Arbitrary<Value> => fc.constantFrom(...(VALUES[field] ?? []));

/** What everybody knew, and what two to four phones say after they have lost the signal. */
const awayWith = (field: string): fc.Arbitrary<{ start: FieldState | null; phones: Phones }> =>
  fc
    .record({
      before: fc.array(fc.record({ v: valueOf(field), by: person }), { maxLength: 3 }),
      phones: fc.array(fc.record({ by: person, said: fc.array(fc.record({ v: valueOf(field), at: fc.integer({ min: -5, max: 5 }) }), { minLength: 1, maxLength: 2 }) }), { minLength: 2, maxLength: 4 }),
    })
    .map(({ before, phones }) => {
      let start: FieldState | null = null;
      for (const [n, { v, by }] of before.entries()) start = mergeField(field, start, { v, by, base: 0, at: n, client: `c${String(n)}` }).state;
      const base = start?.rev ?? 0;
      return { start, phones: phones.map(({ by, said }, n) => said.map(({ v, at }) => ({ v, by, at: at * 86_400_000, base, client: `p${String(n)}` }))) };
    });

describe('words that arrive in any order', () => {
  it.each(WITHOUT_ORDER)('end alike in a %s [faults 48, 50]', (field) => {
    let compared = 0;
    fc.assert(
      fc.property(awayWith(field), ({ start, phones }) => {
        const ends = some(orders(phones), MOST_ORDERS).map((order) => arrive(field, start, order));
        compared += ends.length;
        for (const end of ends) {
          expect(end.state.v).toEqual(ends[0]?.state.v);
          expect(told(end)).toEqual(told(ends[0] ?? end));
        }
      }),
      { numRuns: RUNS, seed: 20261122 },
    );
    expect(compared).toBeGreaterThan(RUNS);
  });

  it('lose no measurement, and the last to arrive stands [fault 50]', () => {
    fc.assert(
      fc.property(awayWith('r.width'), ({ start, phones }) => {
        const every = some(orders(phones), MOST_ORDERS);
        const ends = every.map((order) => arrive('r.width', start, order));
        ends.forEach((end, n) => {
          expect(end.state.v).toEqual(every[n]?.at(-1)?.v);
          expect(told(end)).toEqual(told(ends[0] ?? end));
        });
      }),
      { numRuns: RUNS, seed: 20261122 },
    );
  });
});

describe('the shared histories [faults 47, 48, 49, 50]', () => {
  it.each(histories.cases.map((one) => [one.name, one] as const))('%s', (_name, { input, expected, orders: fewest }) => {
    const every = [...orders(input.phones)];
    expect(every.length).toBeGreaterThanOrEqual(fewest);
    for (const order of every) {
      const end = arrive(input.field, input.start as FieldState | null, order);
      expect(wordsOf(end.state).map(name).sort()).toEqual(expected.said.map(name).sort());
      expect(end.conflict?.audience ?? null).toBe(expected.card);
      expect(end.state.v).toEqual(expected.stands === 'last' ? order.at(-1)?.v : expected.stands);
    }
  });
});
