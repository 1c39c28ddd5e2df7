import { describe, expect, it } from 'vitest';
import limits from '@contracts/unsent.json';
import { ageOf, urgencyOf } from './age';

const HOUR = 3_600_000;
const NOW = 1_795_000_000_000;

describe('how long work has waited', () => {
  it('is told in whole hours, then in whole days', () => {
    const words = [0, 0.5, 1, 23.9, 24, 47, 49].map((hours) => ageOf(NOW - hours * HOUR, NOW));
    expect(words.map(({ unit, n }) => `${String(n)} ${unit}`)).toEqual(['0 minutes', '0 minutes', '1 hours', '23 hours', '1 days', '1 days', '2 days']);
  });

  it('[fault 31] is late after a day and alarming on the third', () => {
    const at = (hours: number): string => urgencyOf(NOW - hours * HOUR, NOW);
    expect([limits.late_hours, limits.alarm_hours]).toEqual([24, 72]);
    expect([1, 23, 24, 71, 72].map(at)).toEqual(['fresh', 'fresh', 'late', 'late', 'alarm']);
    expect(urgencyOf(null, NOW)).toBe('fresh');
  });

  it('[fault 32] is late sooner where the browser may clear it away', () => {
    expect(urgencyOf(NOW - limits.late_hours_unkept * HOUR, NOW, false)).toBe('late');
    expect(urgencyOf(NOW - limits.late_hours_unkept * HOUR, NOW, true)).toBe('fresh');
  });
});
