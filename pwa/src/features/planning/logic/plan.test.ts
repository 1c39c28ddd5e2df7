import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import holidays from '../../../../../server/campaigns/calendar/holidays.json';
import type { Calendar } from '../plan';
import { dayFacts, daysBetween, monthOf, nextFeast, sameDayNextMonth, shift, weekOf } from './days';

const day = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2027-12-31T00:00:00Z'), noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10));

describe('days', () => {
  it('a week begins on Monday and holds its day', () => {
    fc.assert(fc.property(day, (one) => {
      const week = weekOf(one);
      expect(week).toHaveLength(7);
      expect(week).toContain(one);
      expect(new Date(`${week[0] ?? ''}T00:00:00Z`).getUTCDay()).toBe(1);
      expect(daysBetween(week[0] ?? '', week[6] ?? '')).toBe(6);
    }));
  });

  it('a month holds each of its days once, in whole weeks', () => {
    fc.assert(fc.property(day, (one) => {
      const weeks = monthOf(one);
      const own = weeks.flat().filter((each) => each.startsWith(one.slice(0, 7)));
      expect(own).toHaveLength(new Date(Date.UTC(Number(one.slice(0, 4)), Number(one.slice(5, 7)), 0)).getUTCDate());
      expect(new Set(own).size).toBe(own.length);
    }));
  });

  it('steps over months and years', () => {
    expect(sameDayNextMonth('2026-12-31', 1)).toBe('2027-01-01');
    expect(shift('2026-02-28', 1)).toBe('2026-03-01');
  });

  it('knows worked weekends, days off and the days before a feast', () => {
    const feast = {
      key: 'national', name: { zh: 'x', en: 'x' }, on: '2026-10-01', first: '2026-10-01', last: '2026-10-07', source: { text: '', tag: '' },
      heighten: { starts_on: '2026-09-17', ends_on: '2026-09-30', mode: 'holiday' },
    };
    const calendar: Calendar = { holidays: [feast], work_days: ['2026-09-20'], seasons: [], open_years: [] };
    expect(dayFacts('2026-09-20', calendar)).toMatchObject({ isOff: false, before: feast });
    expect(dayFacts('2026-09-19', calendar).isOff).toBe(true);
    expect(dayFacts('2026-10-02', calendar)).toMatchObject({ isOff: true, holiday: feast, before: null });
    expect(nextFeast('2026-09-10', calendar)).toBe(feast);
    expect(nextFeast('2026-08-10', calendar)).toBeNull();
  });
});

/** The feasts of the lunar calendar, against the one that the platform computes. */
describe('lunar feasts', () => {
  const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'Asia/Shanghai' });
  const partsOf = (date: string): string =>
    lunar.formatToParts(new Date(`${date}T12:00:00+08:00`)).filter(({ type }) => type === 'month' || type === 'day').map(({ value }) => value).join('-');
  const wanted: Readonly<Record<string, string>> = { spring: '1-1', 'dragon-boat': '5-5', 'mid-autumn': '8-15' };

  /** The new moon of February 2027 comes four minutes before midnight in China; the platform rounds it into the next day. */
  const knownRounding: Readonly<Record<string, string>> = { '2027-02-06': '12-30' };

  it.each(holidays.years.flatMap(({ holidays: all }) => all.filter(({ key }) => key in wanted)))('$key on $on', ({ key, on }) => {
    expect([wanted[key], knownRounding[on]]).toContain(partsOf(on));
  });
});
