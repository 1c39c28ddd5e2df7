/** A scan belongs to the visit that is being made; without one nothing is kept of it. */

import type { Database } from '@/data/database';
import type { Inspection, Position, Tag } from '@/data/records';
import { dict, flag, json, record, text } from '@/data/shape';
import { children } from '@/data/view';
import type { TagSeal } from '@/engine/tagcode';
import { commit } from '@/sync/outbox';
import { chosen } from './choose';

export interface Ask {
  readonly id: string;
  readonly ask: string;
  readonly kind: string;
}

const asked = record({ id: text, ask: text, kind: text, target_kind: text, active: flag });
const raw = dict(json);

/** The visit of this person at the unit that is not finished, the newest. */
export async function openVisit(db: Database, unit: string): Promise<Inspection | undefined> {
  const own = (await children(db, 'inspection', unit)).filter((one) => one.state === 'draft' && one.member_ids.includes(db.user));
  return own.sort((a, b) => b.device_started_at - a.device_started_at)[0];
}

/** Only when it was allowed before, and never waited for: a basement has no sky. */
async function quickPosition(): Promise<Position | null> {
  const { permissions, geolocation } = navigator as Partial<Navigator>;
  const allowed = await permissions?.query({ name: 'geolocation' }).catch(() => undefined);
  if (allowed?.state !== 'granted' || !geolocation) return null;
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords }) => { resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }); },
      () => { resolve(null); },
      { maximumAge: 60_000, timeout: 2_000 },
    );
  });
}

const wayOf = (how: string): 'camera' | 'photo' | 'typed' => (how === 'photo' || how === 'typed' ? how : 'camera');

export async function noteScan(db: Database, tag: Tag, seal: TagSeal | null, how: string, fact?: { readonly id: string; readonly answer: string }): Promise<void> {
  const visit = tag.unit_id === null ? undefined : await openVisit(db, tag.unit_id);
  if (!visit) return;
  const at = db.env.now();
  const position = await quickPosition();
  const args = {
    id: db.env.id(), code: tag.id, at, how: wayOf(how), inspection: visit.id,
    ...(seal ? { seal } : {}), ...(position ? { position } : {}), ...(fact ? { fact } : {}),
  };
  await commit(db, [{ name: 'scan.note', args }]);
}

/** What is to be read at this place during the visit under way; null when nothing is asked. */
export async function askAt(db: Database, unit: string, target: string): Promise<Ask | null> {
  const visit = await openVisit(db, unit);
  if (!visit) return null;
  const rows = (await children(db, 'ask', target)).map((row) => asked(raw(row))).filter((row) => row.active);
  const id = await chosen(visit.id, target, rows.map((row) => row.id));
  const done = await db.drafts.get(`asked:${visit.id}|${target}`);
  return done ? null : (rows.find((row) => row.id === id) ?? null);
}

export async function answerAsk(db: Database, tag: Tag, seal: TagSeal | null, ask: Ask, answer: string): Promise<void> {
  const visit = tag.unit_id === null ? undefined : await openVisit(db, tag.unit_id);
  if (!visit) return;
  await noteScan(db, tag, seal, 'camera', { id: ask.id, answer: answer.trim().slice(0, 120) });
  await db.drafts.put({ key: `asked:${visit.id}|${tag.target_id ?? ''}`, data: true, at: db.env.now() });
}
