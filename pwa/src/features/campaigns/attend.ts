/** What a leader signs in for: a task that names him, or a visit he is part of. */
import type { Database } from '@/data/database';
import type { Assignment, Inspection, Unit } from '@/data/records';
import type { Attendance } from '@/data/records-campaigns';
import { view } from '@/data/view';

export type AttendSubject = { readonly assignment: string } | { readonly inspection: string };

export interface Attend {
  readonly subject: { readonly title: string; readonly mode: string; readonly campaign: string | null } | null;
  readonly unit: Unit | null;
  readonly done: readonly Attendance[];
}

const named = (found: Assignment | Inspection | undefined, task: Assignment | undefined): Attend['subject'] =>
  found ? { title: task?.title ?? '', mode: found.mode, campaign: task?.campaign ?? null } : null;

export async function readAttend(db: Database, asked: AttendSubject, me: string): Promise<Attend> {
  const { get, all } = view(db);
  const own = (await all('attendance')).filter((one) => one.person_id === me);
  if ('assignment' in asked) {
    const task = await get('assignment', asked.assignment);
    return { subject: named(task, task), unit: (await get('unit', task?.unit_id ?? '')) ?? null, done: own.filter((one) => one.assignment_id === asked.assignment) };
  }
  const visit = await get('inspection', asked.inspection);
  const task = await get('assignment', visit?.assignment_id ?? '');
  return { subject: named(visit, task), unit: (await get('unit', visit?.unit_id ?? '')) ?? null, done: own.filter((one) => one.inspection_id === asked.inspection) };
}
