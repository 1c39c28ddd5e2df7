/** Dates, times and numbers as the present language writes them. */
import { locale, t } from './i18n';

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale.value}/${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale.value, options);
  formats.set(key, made);
  return made;
}

/** `11月21日 周六`: a day with its weekday, with the year only when it is another one. */
export function formatDay(day: string | number, now: number = Date.now()): string {
  const at = typeof day === 'number' ? new Date(day) : parseDay(day);
  const isThisYear = at.getFullYear() === new Date(now).getFullYear();
  return isThisYear
    ? dateFormat('day', { month: 'short', day: 'numeric', weekday: 'short' }).format(at)
    : dateFormat('day-year', { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }).format(at);
}

/** `2026/11/21 14:05`. */
export function formatMoment(at: number): string {
  return dateFormat('moment', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(at);
}

/** `14:05`, or the whole moment when it was not today. */
export function formatTime(at: number, now: number = Date.now()): string {
  if (new Date(at).toDateString() !== new Date(now).toDateString()) return formatMoment(at);
  return dateFormat('time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

export function formatNumber(value: number, digits = 1): string {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value);
}

/** Words side by side, as the language puts them. */
export function formatList(words: readonly string[]): string {
  return words.join(t('common.comma'));
}

/** `713 KB`, `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatNumber(bytes, 0)} B`;
  if (bytes < 1024 * 1024) return `${formatNumber(bytes / 1024, 0)} KB`;
  if (bytes < 1024 ** 3) return `${formatNumber(bytes / 1024 ** 2)} MB`;
  return `${formatNumber(bytes / 1024 ** 3)} GB`;
}

/** Whole days from today to a date; negative when it has passed. */
export function daysUntil(day: string, now: number = Date.now()): number {
  const today = new Date(now);
  today.setHours(0, 0, 0, 0);
  return Math.round((parseDay(day).getTime() - today.getTime()) / DAY_MS);
}

/** A calendar day is local: parsing it as UTC would shift it for half the world. */
function parseDay(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}
