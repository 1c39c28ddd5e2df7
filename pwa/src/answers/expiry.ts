/** Until when a dated thing is valid, and how many days are left. */

import type { Expiry } from '@/engine/definition';

export type ExpiryStanding = 'valid' | 'soon' | 'over';

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

const utc = (day: string): number | null => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : null;
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Days from *from* to *to*, both plain calendar days. */
export function daysBetween(from: string, to: string): number | null {
  const a = utc(from);
  const b = utc(to);
  return a === null || b === null ? null : Math.round((b - a) / DAY_MS);
}

export function addDays(day: string, days: number): string {
  const at = utc(day);
  return at === null ? day : dayOf(at + days * DAY_MS);
}

/** The same day *years* later; the 29th of February gives the 28th. */
function addYears(day: string, years: number): string {
  const [y = 0, m = 1, d = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(y + years, m, 0)).getUTCDate();
  return dayOf(Date.UTC(y + years, m - 1, Math.min(d, last)));
}

/** The last valid day of something dated *day*. */
export function lastDay(day: string, expiry: Expiry): string | null {
  if (utc(day) === null) return null;
  if ('is_expiry' in expiry) return day;
  return 'valid_days' in expiry ? addDays(day, expiry.valid_days) : addYears(day, expiry.valid_years);
}

export interface Remaining {
  readonly until: string;
  readonly days: number;
  readonly standing: ExpiryStanding;
}

export function remaining(day: string, expiry: Expiry, today: string): Remaining | null {
  const until = lastDay(day, expiry);
  const days = until === null ? null : daysBetween(today, until);
  if (until === null || days === null) return null;
  if (days < 0) return { until, days, standing: 'over' };
  return { until, days, standing: days <= (expiry.warn_days ?? WARN_DAYS) ? 'soon' : 'valid' };
}
