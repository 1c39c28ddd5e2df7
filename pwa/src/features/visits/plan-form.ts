/** The form with which a visit is planned or changed. Pure. */
import type { Json } from '@/data/shape';
import type { Values } from '@/desk/form';
import type { DeskVisit } from '@/visits/desk';

const two = (value: number): string => String(value).padStart(2, '0');

/** As a browser's field for day and time writes it, in the clerk's own time. */
export function toLocal(at: number): string {
  const day = new Date(at);
  return `${String(day.getFullYear())}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
}

/** Null for an empty or half-typed one. */
export function fromLocal(text: string): number | null {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) ? null : at;
}

const BEGIN = { day: 1, hour: 8 };
const LASTS_MS = 10 * 3_600_000;

/** Tomorrow's working day, to be changed. */
export function usualTimes(now: number): { readonly opens: string; readonly ends: string } {
  const day = new Date(now);
  const opens = new Date(day.getFullYear(), day.getMonth(), day.getDate() + BEGIN.day, BEGIN.hour).getTime();
  return { opens: toLocal(opens), ends: toLocal(opens + LASTS_MS) };
}

export interface Times {
  readonly opens: string;
  readonly ends: string;
}

export type TimeTrouble = 'missing' | 'order' | 'past';

export function timeTrouble({ opens, ends }: Times, now: number): TimeTrouble | null {
  const [from, to] = [fromLocal(opens), fromLocal(ends)];
  if (from === null || to === null) return 'missing';
  if (from >= to) return 'order';
  return to <= now ? 'past' : null;
}

/** The record as the form's fields know it. */
export const startOf = (visit: DeskVisit | null): Readonly<Record<string, unknown>> =>
  visit === null ? { mode: 'surprise', key_release: 'offline' } : { ...visit.plan, leader_id: visit.leader_id, member_ids: visit.member_ids, key_release: visit.key_release, note: visit.plan?.note ?? '' };

export const timesOf = (visit: DeskVisit | null, now: number): Times =>
  visit === null ? usualTimes(now) : { opens: toLocal(visit.opens_at), ends: toLocal(visit.ends_at) };

/** Whoever leads is not among the members. */
export const membersOf = (values: Values): readonly string[] => {
  const chosen = Array.isArray(values['member_ids']) ? values['member_ids'].map(String) : [];
  return chosen.filter((id) => id !== values['leader_id']);
};

/** What of a form was written: all that differs from its beginning. */
export const writtenOf = (start: Values, now: Values): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(now).filter(([key, value]) => JSON.stringify(value ?? '') !== JSON.stringify(start[key] ?? '')).map(([key, value]) => [key, value ?? null]));
