/** Weeks and months as lists of days, written the way the server writes them. Pure. */
import type { Calendar, Holiday } from '../plan';

const DAY_MS = 86_400_000;

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const written = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

export const shift = (day: string, days: number): string => written(at(day) + days * DAY_MS);
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

/** Weeks begin on Monday. */
export const weekOf = (day: string): readonly string[] => {
  const monday = shift(day, -((new Date(at(day)).getUTCDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, n) => shift(monday, n));
};

/** The weeks that a month touches, whole. */
export const monthOf = (day: string): readonly (readonly string[])[] => {
  const first = `${day.slice(0, 7)}-01`;
  const weeks: (readonly string[])[] = [];
  for (let week = weekOf(first); week[0] !== undefined && (weeks.length === 0 || week[0].startsWith(day.slice(0, 7))); week = weekOf(shift(week[0], 7))) weeks.push(week);
  return weeks;
};

export const sameDayNextMonth = (day: string, months: number): string => {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return written(Date.UTC(year, month - 1 + months, 1));
};

export const isWeekend = (day: string): boolean => [0, 6].includes(new Date(at(day)).getUTCDay());

export interface DayFacts {
  readonly isOff: boolean;
  readonly holiday: Holiday | null;
  /** The check before this feast belongs here. */
  readonly before: Holiday | null;
}

export function dayFacts(day: string, calendar: Calendar): DayFacts {
  const holiday = calendar.holidays.find(({ first, last }) => first <= day && day <= last) ?? null;
  const before = calendar.holidays.find(({ heighten }) => heighten.starts_on <= day && day <= heighten.ends_on) ?? null;
  return { holiday, before, isOff: !calendar.work_days.includes(day) && (holiday !== null || isWeekend(day)) };
}

/** The next feast, from the day on which the office should look closer. */
export const nextFeast = (today: string, calendar: Calendar): Holiday | null =>
  [...calendar.holidays].filter(({ first }) => first > today).sort((a, b) => (a.first < b.first ? -1 : 1)).find(({ heighten }) => heighten.starts_on <= shift(today, 14)) ?? null;
