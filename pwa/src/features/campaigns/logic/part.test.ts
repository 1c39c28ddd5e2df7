import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf, partQuery, type Part } from './part';

const word = fc.option(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { nil: undefined });
const part = fc.record({ unit_id: word, way: word, mode: word, focus: word, window: word, every: fc.constant('phase'), planned: fc.boolean(), led: fc.boolean() });

describe('a part of the matrix', () => {
  it('comes back from its address as it went', () => {
    fc.assert(fc.property(part, (given: Part) => {
      const query = partQuery(given);
      expect(partOf({ ...query, other: 'x', way2: ['a'] })).toEqual(query);
      expect(query['unit_id']).toBe(given.unit_id);
      expect(query['planned']).toBe(given.planned === true ? 'true' : undefined);
    }));
  });

  it('tells how the period is cut only where a stretch of it is meant', () => {
    expect(partQuery({ every: 'month', way: 'self' })).toEqual({ way: 'self' });
    expect(partQuery({ every: 'month', window: '2026-01' })).toEqual({ every: 'month', window: '2026-01' });
  });
});
