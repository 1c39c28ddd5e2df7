/** What counts as a value, when two are the same, and how days are counted. */
import type { AnswerSpec, ChoiceSpec, Expiry, Value } from './definition';

// Spelt out, because Python and JavaScript disagree on what white space is.
const TEXT = /[^ \t\r\n\u00a0\u3000]/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS_TO = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const LAST_DAY = 3_652_059; // 9999-12-31, where the server's calendar ends as well

export const isList = (value: Value): value is readonly string[] => Array.isArray(value);

/** Compare two values the way both languages agree on. */
export function same(a: Value, b: Value): boolean {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && a.every((x, at) => x === b[at]);
}

/** Tell a text that says something. */
export const isText = (value: Value): value is string => typeof value === 'string' && TEXT.test(value);

const isWords = (value: Value): value is readonly string[] =>
  isList(value) && value.length > 0 && value.every(isText);

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysBefore(year: number, month: number): number {
  const years = year - 1;
  const whole = years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return whole + (DAYS_TO[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0);
}

function lengthOf(year: number, month: number): number {
  return (DAYS_TO[month] ?? 0) - (DAYS_TO[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);
}

/** Read YYYY-MM-DD as a day number, 1 for 0001-01-01; anything else is no day. */
export function parseDay(value: Value): number | null {
  const found = typeof value === 'string' ? DAY.exec(value) : null;
  if (found === null) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengthOf(year, month)) return null;
  return daysBefore(year, month) + day;
}

/** Write a day number as YYYY-MM-DD. */
export function formatDay(day: number): string {
  let year = Math.max(1, Math.floor(day / 365.2425));
  while (daysBefore(year + 1, 1) < day) year += 1;
  let month = 12;
  while (daysBefore(year, month) >= day) month -= 1;
  const parts = [month, day - daysBefore(year, month)].map((n) => String(n).padStart(2, '0'));
  return [String(year).padStart(4, '0'), ...parts].join('-');
}

/** Count on, stopping at the last day there is. */
export const addDays = (day: number, days: number): number => Math.min(day + days, LAST_DAY);

/** Count on by years; 29 February becomes 28 where the year has none. */
function addYears(text: string, years: number): number {
  const year = Number(text.slice(0, 4)) + years;
  if (year > 9999) return LAST_DAY;
  const month = Number(text.slice(5, 7));
  return daysBefore(year, month) + Math.min(Number(text.slice(8, 10)), lengthOf(year, month));
}

/** Tell the last day on which a date still counts. */
export function lastValidDay(text: string, day: number, expiry: Expiry): number {
  if ('valid_days' in expiry) return addDays(day, expiry.valid_days);
  return 'valid_years' in expiry ? addYears(text, expiry.valid_years) : day;
}

/** List the chosen options; empty when the value is not among those offered. */
export function chosen(spec: ChoiceSpec, value: Value): readonly string[] {
  const picked = typeof value === 'string' ? [value] : isWords(value) ? value : [];
  return picked.every((key) => spec.options.some((option) => option.key === key)) ? picked : [];
}

/** Tell whether the value answers; one of the wrong kind does not. */
export function isGiven(spec: AnswerSpec, value: Value): boolean {
  switch (spec.type) {
    case 'number':
      return typeof value === 'number';
    case 'date':
      return parseDay(value) !== null;
    case 'choice':
      return typeof value === 'string' && chosen(spec, value).length > 0;
    case 'choices':
      return typeof value !== 'string' && chosen(spec, value).length > 0;
    case 'photo':
      return isWords(value) && value.length >= (spec.min_count ?? 1);
    default:
      return isText(value);
  }
}
