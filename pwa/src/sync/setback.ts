/** What to do when an exchange did not end in an answer. Nothing here loses or repeats work; it only decides the next try. */
import type { Database } from '../data/database';
import type { Problem } from '../data/problem';
import { number } from '../data/shape';
import type { SyncState } from '../data/tables';
import type { Reply } from './belief';
import type { Course, Suspect } from './course';
import type { Asked } from './exchange';
import { halved, retryAfter } from './limits';
import { replay } from './overlay';
import { hasGap, requeueAbove, sizeOf, startAfresh, withdraw } from './queue';

/** again: at once, on another course. wait: later. */
export type Next = ({ readonly kind: 'again' } & Course) | Wait;

export interface Wait {
  readonly kind: 'wait';
  readonly state: SyncState;
  readonly code: string | null;
  readonly until: number | null;
  readonly suspect?: Suspect;
}

const CERTAIN = 3;
const BIG = 65_536;

type Setback = Exclude<Reply, { kind: 'answer' }>;

const wait = (state: SyncState, code: string | null, until: number | null = null): Wait => ({
  kind: 'wait',
  state,
  code,
  until,
});

/** Codes are written with dashes; the protocol's paper wrote some with underscores. */
const plain = (code: string): string => code.replaceAll('_', '-').replace(/^sync-/, '');

const TABLES = ['rows', 'overlay', 'outbox', 'meta'] as const;

const inOne = (db: Database, work: () => Promise<readonly string[]>): Promise<void> =>
  db.transaction('rw', TABLES.map((name) => db[name]), async () => {
    await replay(db, new Set(await work()));
  });

const takeOut = (db: Database, id: string, code: string): Promise<void> => inOne(db, () => withdraw(db, id, code));

/** A proxy that finds everything too big must not empty the queue: only what is big is taken out. */
const tooBig = async (db: Database, { batch }: Asked, course: Course): Promise<Next> => {
  const [only] = batch;
  if (only === undefined || (batch.length === 1 && sizeOf(only) < BIG)) return wait('paused', 'too-large');
  if (batch.length === 1) await takeOut(db, only.id, 'too-large');
  const half = halved(course.limits);
  return { kind: 'again', ...course, limits: { ...half, count: Math.max(1, Math.ceil(batch.length / 2)) } };
};

/**
 * The whole batch was unreadable: sent one by one and uncompressed, the culprit shows itself. It is taken out only after
 * several tries with time between them, for a bad line garbles anything.
 */
const unreadable = async (db: Database, { batch, seal }: Asked, course: Course, code: string): Promise<Next> => {
  if ((seal ?? null) !== null) return { kind: 'again', ...course, unsealed: true };
  const [only] = batch;
  const isAlone = batch.length <= 1 && !course.limits.gzip;
  if (!isAlone) return { kind: 'again', ...course, limits: { ...course.limits, count: 1, gzip: false } };
  if (only === undefined) return wait('paused', code);
  const times = course.suspect?.id === only.id ? course.suspect.times + 1 : 1;
  if (times < CERTAIN) return { ...wait('paused', code), suspect: { id: only.id, times } };
  await takeOut(db, only.id, 'malformed');
  return { kind: 'again', ...course };
};

const disputed = async (db: Database, problem: Problem, course: Course): Promise<Next> => {
  const lastMid = number(problem.params['last_mid']);
  await inOne(db, async () => {
    const touched = plain(problem.code) === 'gap' ? await requeueAbove(db, lastMid) : [];
    if (plain(problem.code) !== 'gap' || (await hasGap(db, lastMid))) await startAfresh(db);
    return touched;
  });
  return { kind: 'again', ...course };
};

const IDENTITY = new Set(['gap', 'client-forked', 'client-unknown']);

const refused = async (db: Database, reply: Setback & { kind: 'problem' }, asked: Asked, course: Course): Promise<Next> => {
  const { problem, status } = reply;
  if (IDENTITY.has(plain(problem.code))) return disputed(db, problem, course);
  if (status === 401) return wait('login', problem.code);
  if (status === 422) return unreadable(db, asked, course, problem.code);
  if (status === 426) return course.pull ? { kind: 'again', ...course, pull: false } : wait('paused', problem.code);
  if (status === 403) return forbidden(db, plain(problem.code));
  return byStatus(db, status, reply.retryAfter, asked, course);
};

/** A device that was shut out shows nothing any more; what it has not sent it keeps. */
const forbidden = async (db: Database, code: string): Promise<Next> => {
  if (code === 'device-revoked') await (await import('../data/locked')).shutDevice(db, code);
  return wait('paused', code);
};

const byStatus = async (
  db: Database,
  status: number,
  after: string | null,
  asked: Asked,
  course: Course,
): Promise<Next> => {
  if (status === 413) return tooBig(db, asked, course);
  if ((status === 400 || status === 415) && course.limits.gzip) {
    return { kind: 'again', ...course, limits: { ...course.limits, gzip: false } };
  }
  const until = retryAfter(after, db.env.now());
  return wait(status === 429 || status === 503 ? 'paused' : 'offline', `http-${String(status)}`, until);
};

export const afterSetback = (db: Database, reply: Setback, asked: Asked, course: Course): Promise<Next> => {
  if (reply.kind === 'portal') return Promise.resolve(wait('portal', null));
  if (reply.kind === 'problem') return refused(db, reply, asked, course);
  return byStatus(db, reply.status, reply.retryAfter, asked, course);
};
