/** What a team does with itself, and with what it disagrees on. On the disk before anything moves. */
import type { Database } from '@/data/database';
import type { SetJoint } from '@/data/mutations-joint';
import type { Conflict } from '@/data/records';
import type { Json } from '@/data/shape';
import { answerId } from '@/data/records';
import { get } from '@/data/view';
import { commit } from '@/sync/outbox';

/** Give parts to somebody; null gives them back. */
export async function assignParts(db: Database, inspection: string, parts: readonly string[], person: string | null): Promise<void> {
  if (parts.length === 0) return;
  const named = Object.fromEntries(parts.map((part) => [part, person]));
  await commit(db, [{ name: 'part.assign', args: { inspection, parts: named } }]);
}

export async function addMembers(db: Database, inspection: string, people: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  await commit(db, people.map((person) => ({ name: 'team.add' as const, args: { inspection, person } })));
}

export async function leaveTeam(db: Database, inspection: string, person: string): Promise<void> {
  await commit(db, [{ name: 'team.leave', args: { inspection, person } }]);
}

export async function handLead(db: Database, inspection: string, person: string, reason: string): Promise<void> {
  await commit(db, [{ name: 'team.lead', args: { inspection, person, reason } }]);
}

/** Let one value stand. What arrives later and was not seen here is not decided by it. */
export async function decide(db: Database, conflict: Conflict, value: Json, reason: string): Promise<void> {
  const { id, inspection_id: inspection, target_id: target, item_key: item, field } = conflict;
  const answer = await get(db, 'answer', answerId(inspection, target, item));
  const base = answer?.fields[field]?.rev ?? 0;
  await commit(db, [{ name: 'conflict.resolve', args: { id, inspection, target, item, field, value, base, reason } }]);
}

/** Say the same as the other: an ordinary answer that has seen both. */
export async function agree(db: Database, conflict: Conflict, value: Json): Promise<void> {
  const { inspection_id: inspection, target_id: target, item_key: item, field } = conflict;
  await commit(db, [{ name: 'answer.set', args: { inspection, target, item, set: { [field]: value }, how: 'tap' } }]);
}

export async function nameJoint(db: Database, inspection: string, who: Omit<SetJoint, 'inspection'>): Promise<void> {
  await commit(db, [{ name: 'joint.set', args: { inspection, ...who } }]);
}

export async function dropJoint(db: Database, inspection: string, id: string): Promise<void> {
  await commit(db, [{ name: 'joint.drop', args: { id, inspection } }]);
}
