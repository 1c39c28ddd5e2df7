import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Coverage } from '../campaign';
import { neverFirst, tableOf, type Axis } from './matrix';

const WAYS = ['self', 'industry'];
const wayOf = (mode: string): string => (mode === 'self-check' ? 'self' : 'industry');
const base = {
  as_of: 0, records: 0, never: [],
  units: ['a', 'b', 'c'].map((id) => ({ id, name: id, tier: 'hospital', region_id: 'r' })),
  modes: ['self-check', 'spot', 'surprise'],
  focus: ['fire', 'gas'],
  windows: ['2025', '2026'].map((key) => ({ key, name: null, first: null, last: null })),
};
const cells = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(1), fc.nat(1), fc.integer({ min: 1, max: 9 })));

describe('the coverage table', () => {
  it('adds up to the records whatever stands in its columns', () => {
    fc.assert(fc.property(cells, fc.constantFrom<Axis>('way', 'mode', 'focus', 'window'), (given, by) => {
      const told: Coverage = { ...base, cells: given };
      const table = tableOf(told, by, {}, WAYS, wayOf);
      const records = given.reduce((sum, [, , , , count]) => sum + count, 0);
      expect(table.total).toBe(records);
      expect(table.rows.reduce((sum, row) => sum + row.total, 0)).toBe(records);
    }));
  });

  it('falls apart into what is fixed without losing or doubling a record', () => {
    fc.assert(fc.property(cells, (given) => {
      const told: Coverage = { ...base, cells: given };
      const whole = tableOf(told, 'mode', {}, WAYS, wayOf).total;
      const by = (fixed: readonly object[]): number => fixed.reduce((sum, one) => sum + tableOf(told, 'mode', one, WAYS, wayOf).total, 0);
      expect(by(WAYS.map((way) => ({ way })))).toBe(whole);
      expect(by(told.modes.map((mode) => ({ mode })))).toBe(whole);
      expect(by(told.focus.map((focus) => ({ focus })))).toBe(whole);
      expect(by(told.windows.map(({ key }) => ({ window: key })))).toBe(whole);
    }));
  });

  it('puts who was never visited first and keeps the order otherwise', () => {
    const table = tableOf({ ...base, cells: [[0, 1, 0, 0, 2], [2, 1, 0, 0, 1]] }, 'way', {}, WAYS, wayOf);
    expect(neverFirst(table.rows).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(table.totals).toEqual([0, 3]);
  });
});
