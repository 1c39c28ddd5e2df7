/** A scan belongs to the visit that is being made; one just before it begins is kept for it. Without a visit nothing is sent. */

import type { Database } from '@/data/database';
import type { Inspection, Position, Tag } from '@/data/records';
import { dict, flag, isRecord, json, number, record, text } from '@/data/shape';
import { all, children, get } from '@/data/view';
import { sealOf, type TagSeal } from '@/engine/tagcode';
import { commit } from '@/sync/outbox';
import { chosen } from './choose';

export interface Ask {
  readonly id: string;
  readonly ask: string;
  readonly kind: string;
}

type How = 'camera' | 'photo' | 'typed';

const HOUR_MS = 3_600_000;
/** What an honest eye may say of a panel behind a locked door; the server reads it in any language. */
export const UNSEEN = '?';

const asked = record({ id: text, ask: text, kind: text, target_kind: text, active: flag });
const raw = dict(json);

const isUnderWay = (one: Inspection, user: string): boolean => one.state === 'draft' && one.member_ids.includes(user);
const newest = (visits: readonly Inspection[]): Inspection | undefined => [...visits].sort((a, b) => b.device_started_at - a.device_started_at)[0];

/** The visit of this person at the unit that is not finished, the newest. */
export const openVisit = async (db: Database, unit: string): Promise<Inspection | undefined> =>
  newest((await children(db, 'inspection', unit)).filter((one) => isUnderWay(one, db.user)));

/** The unit that is being visited while a tag of another one is scanned; its name, or null. */
export async function strayFrom(db: Database, unit: string): Promise<string | null> {
  const since = db.env.now() - 12 * HOUR_MS;
  const visits = (await all(db, 'inspection')).filter((one) => isUnderWay(one, db.user) && one.device_started_at > since);
  const visit = newest(visits);
  if (!visit || visits.some((one) => one.unit_id === unit)) return null;
  return (await get(db, 'unit', visit.unit_id))?.name ?? null;
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
      { maximumAge: 15_000, timeout: 2_000 },
    );
  });
}

export const wayOf = (how: unknown): How => (how === 'photo' || how === 'typed' ? how : 'camera');

interface Seen {
  readonly code: string;
  readonly at: number;
  readonly how: How;
  readonly seal: TagSeal | null;
  readonly position: Position | null;
}

async function send(db: Database, inspection: string, { code, at, how, seal, position }: Seen, fact?: { readonly id: string; readonly answer: string }): Promise<void> {
  const args = {
    id: db.env.id(), code, at, how, inspection,
    ...(seal ? { seal } : {}), ...(position ? { position } : {}), ...(fact ? { fact } : {}),
  };
  await commit(db, [{ name: 'scan.note', args }]);
}

const PREFIX = 'scanned:';
const before = (code: string): string => `${PREFIX}${code}`;
const place = record({ lat: number, lon: number, accuracy: number });

const seenOf = (data: Readonly<Record<string, unknown>>): Seen => {
  const { code, at, how, seal, position } = data;
  return { code: text(code), at: number(at), how: wayOf(how), seal: isRecord(seal) ? sealOf(seal['k'], seal['s']) : null, position: isRecord(position) ? place(position) : null };
};

/** Takes what was kept of a scan; whoever takes it sends it, so that none goes out twice. */
const take = (db: Database, key: string): Promise<Readonly<Record<string, unknown>> | null> =>
  db.transaction('rw', db.drafts, async () => {
    const data = (await db.drafts.get(key))?.data;
    await db.drafts.delete(key);
    return isRecord(data) ? data : null;
  });

/** Scans whose page went away while it asked for the position: they go out without one, at the latest before the visit is handed in. */
export async function sendLeft(db: Database): Promise<void> {
  for (const key of await db.drafts.where('key').startsWith(PREFIX).primaryKeys()) {
    const kept = (await db.drafts.get(key))?.data;
    const visit = isRecord(kept) ? text(kept['visit']) : '';
    const data = visit === '' ? null : await take(db, key);
    if (data !== null) await send(db, visit, seenOf(data));
  }
}

/** Kept at once; a position is added if the phone has one soon. */
export async function noteScan(db: Database, tag: Tag, seal: TagSeal | null, how: How): Promise<void> {
  await sendLeft(db);
  const visit = tag.unit_id === null ? undefined : await openVisit(db, tag.unit_id);
  const seen: Seen = { code: tag.id, at: db.env.now(), how, seal, position: null };
  const key = before(tag.id);
  await db.drafts.put({ key, data: { ...seen, visit: visit?.id ?? '' }, at: seen.at });
  const position = await quickPosition();
  const kept = await take(db, key);
  if (kept === null) return;
  if (visit) await send(db, visit.id, { ...seen, position });
  else await db.drafts.put({ key, data: { ...seen, position, visit: '' }, at: seen.at });
}

/** The scan that a visit may begin with; nothing where it is long ago. */
async function seenBefore(db: Database, code: string): Promise<Seen | null> {
  const data = await take(db, before(code));
  if (data === null || db.env.now() - number(data['at']) > 2 * HOUR_MS) return null;
  return seenOf(data);
}

/** The scan that a visit began with goes along; answers whether something is asked there. */
export async function noteFirst(db: Database, inspection: string, code: string): Promise<boolean> {
  const tag = await get(db, 'tag', code);
  if (!tag?.unit_id || !tag.target_id) return false;
  const seen = await seenBefore(db, code);
  if (seen === null) return false;
  await send(db, inspection, seen);
  await db.drafts.put({ key: `first:${inspection}`, data: code, at: seen.at });
  return (await askAt(db, tag.unit_id, tag.target_id)) !== null;
}

/** The tag with which a visit began. */
export async function firstTag(db: Database, inspection: string): Promise<Tag | null> {
  const code = text((await db.drafts.get(`first:${inspection}`))?.data);
  return code === '' ? null : ((await get(db, 'tag', code)) ?? null);
}

/** Questions of a place, and of what stands in it. */
async function asksOf(db: Database, unit: string, target: string): Promise<readonly Ask[]> {
  const things = (await children(db, 'asset', unit)).filter((one) => one.location_id === target);
  const rows = await Promise.all([target, ...things.map(({ id }) => id)].map((id) => children(db, 'ask', id)));
  return rows.flat().map((row) => asked(raw(row))).filter((row) => row.active);
}

/** What is to be read at this place during the visit under way; null when nothing is asked. */
export async function askAt(db: Database, unit: string, target: string): Promise<Ask | null> {
  const visit = await openVisit(db, unit);
  if (!visit) return null;
  const rows = await asksOf(db, unit, target);
  const id = await chosen(visit.id, target, rows.map((row) => row.id));
  const done = await db.drafts.get(`asked:${visit.id}|${target}`);
  return done ? null : (rows.find((row) => row.id === id) ?? null);
}

export async function answerAsk(db: Database, tag: Tag, how: How, ask: Ask, answer: string): Promise<void> {
  const visit = tag.unit_id === null ? undefined : await openVisit(db, tag.unit_id);
  if (!visit) return;
  await sendLeft(db);
  const seen = { code: tag.id, at: db.env.now(), how, seal: null, position: null };
  await send(db, visit.id, seen, { id: ask.id, answer: answer.trim().slice(0, 120) });
  await db.drafts.put({ key: `asked:${visit.id}|${tag.target_id ?? ''}`, data: true, at: db.env.now() });
}
