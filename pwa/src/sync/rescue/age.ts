/** How long work has waited, and from when on that is too long. The limits are data that the desk uses as well. */
import limits from '@contracts/unsent.json';

const HOUR_MS = 3_600_000;

export interface Age {
  readonly unit: 'minutes' | 'hours' | 'days';
  readonly n: number;
}

/** Whole hours up to a day, then whole days: nobody acts upon more. */
export const ageOf = (since: number, now: number): Age => {
  const hours = Math.max(0, Math.floor((now - since) / HOUR_MS));
  if (hours < 24) return { unit: hours < 1 ? 'minutes' : 'hours', n: hours };
  return { unit: 'days', n: Math.floor(hours / 24) };
};

export type Urgency = 'fresh' | 'late' | 'alarm';

/** What the system may clear away is late sooner. */
export const urgencyOf = (since: number | null, now: number, isKept = true): Urgency => {
  if (since === null) return 'fresh';
  const waited = now - since;
  if (waited >= limits.alarm_hours * HOUR_MS) return 'alarm';
  return waited >= (isKept ? limits.late_hours : limits.late_hours_unkept) * HOUR_MS ? 'late' : 'fresh';
};
