/** The queue of commands: what goes next, what the server said about it, and what to do when the two disagree on the count. */
import { Dexie } from 'dexie';
import { writeMeta, type Database } from '../data/database';
import type { Entry, EntryState } from '../data/tables';
import { label } from './effect';
import { touchedBy } from './effects';
import { readClient } from './outbox';
import { envelopeOf, type Verdict } from './wire';

export interface Limits {
  readonly count: number;
  readonly bytes: number;
}

const queued = (db: Database) =>
  db.outbox.where('[state+mid]').between(['queued', Dexie.minKey], ['queued', Dexie.maxKey]);

/** The mid of what was taken out of the queue: below all others, so that it is never sent again. */
const WITHDRAWN = 0;

export const sizeOf = (entry: Entry): number => new TextEncoder().encode(JSON.stringify(envelopeOf(entry))).length;

/** The oldest commands that fit; one alone always does. */
export const nextBatch = async (db: Database, { count, bytes }: Limits): Promise<Entry[]> => {
  const found = await queued(db).limit(count).toArray();
  const batch: Entry[] = [];
  let total = 0;
  for (const entry of found) {
    total += sizeOf(entry);
    if (batch.length > 0 && total > bytes) break;
    batch.push(entry);
  }
  return batch;
};

const KEPT: readonly EntryState[] = ['done', 'held', 'parked', 'refused'];

/**
 * What this phone counted before the batch, or last of all when it sends nothing. When the server has another command there, it
 * was set back and a clone of this disk came first: the count would fit, and what was sent before would be missing.
 */
export const predecessor = async (db: Database, batch: readonly Entry[], acked: number): Promise<string | null> => {
  const [first] = batch;
  const before = first === undefined ? acked : first.mid - 1;
  if (before < 1) return null;
  const found = await db.outbox.where('[state+mid]').anyOf(KEPT.map((state) => [state, before])).first();
  return found?.id ?? null;
};

const SETTLED: Readonly<Record<string, EntryState>> = {
  applied: 'done',
  merged: 'done',
  rejected: 'refused',
  held: 'held',
};

/** A status that this version does not know is kept and shown, like work that the server itself could not read. */
const stateFor = (status: string): EntryState => SETTLED[status] ?? 'parked';

export const settledBy = (entry: Entry, verdict: Verdict, now: number): Entry => {
  const state = stateFor(verdict.status);
  return {
    ...entry,
    state,
    // An effect stays in view until its row has come back, or as long as the server may still apply it.
    echo: state === 'done' && entry.touches.length > 0 ? 1 : 0,
    touches: state === 'refused' ? [] : entry.touches,
    status: verdict.status,
    code: verdict.code,
    params: verdict.params,
    problem: verdict.problem,
    ackedAt: now,
  };
};

/** Only an id found in the answer is acknowledged, whatever the server's count says. Returns the rows to look at again. */
export const acknowledge = async (db: Database, verdicts: readonly Verdict[]): Promise<string[]> => {
  const entries = await db.outbox.bulkGet(verdicts.map((verdict) => verdict.id));
  const touched: string[] = [];
  const client = await readClient(db);
  let { acked } = client;
  for (const [i, verdict] of verdicts.entries()) {
    const entry = entries[i];
    if (entry?.state !== 'queued') continue;
    touched.push(...entry.touches);
    acked = Math.max(acked, entry.mid);
    await db.outbox.put(settledBy(entry, verdict, db.env.now()));
    if (entry.name === 'problem.handle') await closeCases(db, entry);
  }
  if (acked !== client.acked) await writeMeta(db, 'client', { ...client, acked });
  return touched;
};

/** A person dealt with these; after a restore they may have come up again. */
const closeCases = async (db: Database, handling: Entry): Promise<void> => {
  const [from, to]: readonly [EntryState, EntryState] =
    handling.args['act'] === 'undo' ? ['done', 'refused'] : ['refused', 'done'];
  for (const id of handling.causes) {
    const entry = await db.outbox.get(id);
    if (entry?.state === from) await db.outbox.update(id, { state: to });
  }
};

const again = (entry: Entry, touches: readonly string[]): Entry => ({
  ...entry,
  state: 'queued',
  echo: 0,
  touches,
  status: null,
  code: null,
  params: {},
  problem: null,
  ackedAt: null,
});

/** The server forgot everything above `lastMid` (a restored backup): it is told again. Returns the rows to look at again. */
export const requeueAbove = async (db: Database, lastMid: number): Promise<string[]> => {
  const client = await readClient(db);
  if (lastMid >= client.acked) return [];
  const forgotten = await db.outbox.filter((entry) => entry.state !== 'queued' && entry.mid > lastMid).toArray();
  const entries = forgotten.map((entry) => again(entry, touchedBy(entry.name, entry.args).map(label)));
  await db.outbox.bulkPut(entries);
  await writeMeta(db, 'client', { ...client, acked: lastMid });
  return entries.flatMap((entry) => [...entry.touches]);
};

/**
 * This phone's count and the server's cannot be reconciled: the disk was cloned, or the server dropped this client.
 * The phone starts a new count under a new name and tells everything it still holds; ids keep any of it from counting twice.
 * Settled work is told again without being shown as pending.
 */
export const startAfresh = async (db: Database): Promise<void> => {
  const entries = (await db.outbox.toArray()).filter((entry) => entry.mid !== WITHDRAWN);
  entries.sort((a, b) => a.mid - b.mid || (a.id < b.id ? -1 : 1));
  const shown = (entry: Entry): readonly string[] => (entry.state === 'refused' ? [] : entry.touches);
  await db.outbox.bulkPut(entries.map((entry, i) => ({ ...again(entry, shown(entry)), mid: i + 1 })));
  await writeMeta(db, 'client', { id: db.env.id(), mid: entries.length, acked: 0 });
};

/** The server's count stops before what is left here begins: the commands between were given up after 30 days. */
export const hasGap = async (db: Database, lastMid: number): Promise<boolean> => {
  const first = await queued(db).first();
  return first !== undefined && first.mid > lastMid + 1;
};

/** A command that cannot be sent (too big, unreadable) is taken out; those behind it move up, for a gap would stop them. */
export const withdraw = async (db: Database, id: string, code: string): Promise<string[]> => {
  const entry = await db.outbox.get(id);
  if (entry?.state !== 'queued') return [];
  const client = await readClient(db);
  await queued(db)
    .filter((other) => other.mid > entry.mid)
    .modify((other: { mid: number }) => {
      other.mid -= 1;
    });
  await db.outbox.put({ ...entry, mid: WITHDRAWN, state: 'refused', code, touches: [], ackedAt: db.env.now() });
  await writeMeta(db, 'client', { ...client, mid: client.mid - 1 });
  return [...entry.touches];
};
