/** An answer reaches the disk in one transaction: verdicts, revoked scopes, pages, cursors, and the view over them. */
import { readMeta, writeMeta, type Database } from '../data/database';
import { isRecord, text } from '../data/shape';
import type { ClockAnchor, Entry, Row } from '../data/tables';
import { label } from './effect';
import { readClient } from './outbox';
import { replay } from './overlay';
import { photosMoved, rowMoved, type Wanted } from './photos';
import { acknowledge, requeueAbove, settledBy } from './queue';
import { applyPage, keepOnly, markComplete, type Asked } from './scopes';
import type { Answer, Pull, Verdict } from './wire';

export interface Question {
  readonly client: string;
  /** The highest number that was settled when it was asked: only what the server forgot of these is news. */
  readonly acked: number;
  /** What had been closed to this phone by then. */
  readonly closed: string;
  readonly scopes: ReadonlyMap<string, Asked>;
  readonly photos: Wanted;
}

/** Which passes have ended here, and whether the server shut the device out. */
export const closedNow = async (db: Database): Promise<string> =>
  JSON.stringify([(await readMeta(db, 'closed')) ?? [], (await readMeta(db, 'shut')) ?? null]);

const nameOf = (row: Row): string => label([row.etype, row.eid]);

/** The server decided later about work that it had held or parked, or a person dealt with it elsewhere. */
const outcomeMoved = async (db: Database, row: Row, gone: boolean): Promise<readonly string[]> => {
  const entry = await db.outbox.get(row.eid);
  if (entry === undefined || !['held', 'parked', 'refused'].includes(entry.state)) return [];
  if (gone && entry.state === 'refused') {
    await db.outbox.update(entry.id, { state: 'done' });
    return [];
  }
  const decided = gone ? settledBy(entry, applied(entry), db.env.now()) : laterVerdict(entry, row, db.env.now());
  await db.outbox.put(row.data['state'] === 'told' ? toldBy(decided, row) : decided);
  return entry.touches;
};

const applied = (entry: Entry): Verdict => ({
  id: entry.id,
  status: 'applied',
  code: null,
  params: {},
  problem: entry.problem,
});

/** Somebody else decided: accepted it is applied, else it is over; the card that tells of it is the outcome's. */
const toldBy = (entry: Entry, { data }: Row): Entry => {
  const isAccepted = isRecord(data['word']) && data['word']['act'] === 'accept';
  return { ...entry, state: 'done', status: isAccepted ? 'applied' : 'rejected', touches: [], echo: 0 };
};

const laterVerdict = (entry: Entry, { data }: Row, now: number): Entry => {
  const verdict: Verdict = {
    id: entry.id,
    status: text(data['status']),
    code: text(data['code']) || null,
    params: (isRecord(data['params']) ? data['params'] : {}) as Verdict['params'],
    problem: text(data['problem']) || entry.problem,
  };
  return entry.state === 'refused' && verdict.status === 'rejected' ? entry : settledBy(entry, verdict, now);
};

/**
 * Rows that mean something to the queue or to the photos kept here. Only these are waited for: Dexie loses sight of its
 * transaction in a long run of awaits that do not touch the database.
 */
const followRows = async (db: Database, rows: readonly Row[], gone: boolean): Promise<string[]> => {
  const touched: string[] = [];
  for (const row of rows.filter(({ etype }) => etype === 'outcome')) touched.push(...(await outcomeMoved(db, row, gone)));
  for (const row of rows.filter(({ etype }) => etype === 'photo')) await rowMoved(db, row, gone);
  return touched;
};

const applyPull = async (db: Database, pull: Pull, asked: Question['scopes']): Promise<string[]> => {
  const gone = [...(await keepOnly(db, pull.scopes))];
  const put: Row[] = [];
  for (const page of pull.pages) {
    if (!pull.scopes.includes(page.scope)) continue;
    const changed = await applyPage(db, page, asked.get(page.scope), pull.more);
    put.push(...changed.put);
    gone.push(...changed.gone);
  }
  if (!pull.more) await markComplete(db);
  const back = new Set(put.map(nameOf));
  const left = gone.filter((row) => !back.has(nameOf(row)));
  const followed = [...(await followRows(db, put, false)), ...(await followRows(db, left, true))];
  return [...[...put, ...gone].map(nameOf), ...followed];
};

/**
 * Once the pull has caught up, everything applied has come back as rows, and its echo in the overlay can go. Not earlier:
 * with pages still to come a saved answer would vanish for a moment and return.
 */
const releaseEchoes = async (db: Database): Promise<string[]> => {
  const echoes = await db.outbox.where('echo').equals(1).toArray();
  await db.outbox.bulkPut(echoes.map((entry) => ({ ...entry, echo: 0, touches: [] })));
  return echoes.flatMap((entry) => [...entry.touches]);
};

const rememberManifest = async (db: Database, manifest: Answer['manifest']): Promise<void> => {
  if (manifest === null) return;
  const seen = await readMeta(db, 'manifestSeen');
  if (seen?.etag !== manifest.etag) await writeMeta(db, 'manifestSeen', manifest);
};

const apply = async (db: Database, answer: Answer, question: Question): Promise<void> => {
  const touched = new Set(await acknowledge(db, answer.verdicts));
  const add = (names: readonly string[]): void => {
    for (const name of names) touched.add(name);
  };
  // A tab that was frozen with this answer in its hands knows less than the tab that went on: that is no setback.
  const isBehind = answer.lastMid < question.acked && (await readClient(db)).id === question.client;
  if (isBehind) add(await requeueAbove(db, answer.lastMid));
  if (answer.pull !== null) {
    add(await applyPull(db, answer.pull, question.scopes));
    if (!answer.pull.more) add(await releaseEchoes(db));
  }
  await photosMoved(db, answer.wantBlobs, question.photos);
  await rememberManifest(db, answer.manifest);
  await replay(db, touched);
};

/**
 * False when something was closed to this phone after it had asked: the answer may hold it, and is asked for anew. What it
 * says of the time, `clock`, holds all the same.
 */
export const applyAnswer = (db: Database, answer: Answer, question: Question, clock: ClockAnchor | null = null): Promise<boolean> =>
  db.transaction('rw', [db.rows, db.overlay, db.outbox, db.scopes, db.photos, db.meta], async () => {
    if (clock !== null) await writeMeta(db, 'clock', clock);
    if ((await closedNow(db)) !== question.closed) return false;
    await db.meta.delete('shut');
    await apply(db, answer, question);
    return true;
  });
