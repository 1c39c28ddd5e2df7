/** One round trip: what the phone has goes up, what it may see comes down. */
import type { Seal } from '../custody/layout';
import { readMeta, writeMeta, type Database } from '../data/database';
import { SESSION_LOCK } from '../data/locks';
import type { ClockAnchor, Entry } from '../data/tables';
import { applyAnswer, closedNow, type Question } from './apply';
import { believe, type Reply } from './belief';
import type { Limits } from './limits';
import { readClient } from './outbox';
import { photosToName } from './photos';
import type { Ports } from './ports';
import { nextBatch, predecessor } from './queue';
import { standing } from './scopes';
import type { Course } from './course';
import { envelopeOf, type Answer } from './wire';

const PATH = '/api/sync/v1/exchange';
const PROTOCOL = 1;
const SCHEMA = 1;
const TIMEOUT_MS = 30_000;

export interface Asked extends Question {
  readonly batch: readonly Entry[];
  /** Absent or null: sent without. */
  readonly seal?: Seal | null;
  readonly after: string | null;
}

export type Turn =
  | { readonly kind: 'applied'; readonly more: boolean; readonly progress: boolean; readonly nextPollMs: number; readonly minApp: string | null }
  | { readonly kind: 'refused'; readonly reply: Exclude<Reply, { kind: 'answer' }>; readonly asked: Asked }
  | { readonly kind: 'unreachable'; readonly timeout: boolean }
  /** The device has changed hands; this person's work waits. */
  | { readonly kind: 'stranger' };

const look = async (db: Database, limits: Limits): Promise<Asked> => {
  const client = await readClient(db);
  const [batch, scopes, photos] = await Promise.all([nextBatch(db, limits), standing(db), photosToName(db)]);
  const [after, closed] = [await predecessor(db, batch, client.acked), await closedNow(db)];
  return { client: client.id, batch, scopes, photos, after, acked: client.acked, closed };
};

/** The client id is stored before it is first sent: a phone that forgot it would count as another. */
const gather = async (db: Database, limits: Limits): Promise<Asked> => {
  const tables = [db.outbox, db.scopes, db.photos, db.meta];
  const isKnown = async (): Promise<boolean> => (await readMeta(db, 'client')) !== undefined;
  const asked = await db.transaction('r', tables, async () => ((await isKnown()) ? look(db, limits) : null));
  return (
    asked ??
    db.transaction('rw', tables, async () => {
      if (!(await isKnown())) await writeMeta(db, 'client', await readClient(db));
      return look(db, limits);
    })
  );
};

const pullSection = async (db: Database, asked: Asked, limits: Limits): Promise<unknown> => {
  const known = [...asked.scopes].filter(([, { cursor }]) => cursor !== null);
  const resume = [...asked.scopes.values()].find((scope) => scope.resume !== null)?.resume ?? null;
  return {
    scopes: Object.fromEntries(known.map(([scope, { cursor }]) => [scope, cursor])),
    resume,
    max_rows: limits.rows,
    max_bytes: limits.pageBytes,
    have_manifest: (await readMeta(db, 'manifest'))?.etag ?? null,
  };
};

/** Desks read what waits where; a sealed visit must not show there. */
const isOpenlyTold = ({ name }: Entry): boolean => !name.startsWith('visit.');

/** What will wait here once this request was answered, so that somebody can call before a browser clears it away. */
const queueOf = async (db: Database, batch: readonly Entry[]): Promise<unknown> => {
  const sent = batch.at(-1)?.mid;
  const queued = db.outbox.where('[state+mid]').between(['queued', sent ?? -Infinity], ['queued', Infinity], sent === undefined);
  // Read at one go: row by row a thousand commands would cost more than sending a hundred.
  const rest = (await queued.toArray()).filter(isOpenlyTold);
  let oldest = rest[0]?.at ?? null;
  let photos = 0;
  await db.photos.where('state').anyOf('queued', 'uploading').each(({ at }) => {
    photos += 1;
    oldest = Math.min(oldest ?? at, at);
  });
  return { mutations: rest.length, photos, oldest_at: oldest };
};

const bodyOf = async (db: Database, ports: Ports, asked: Asked, limits: Limits, pull: boolean): Promise<string> =>
  JSON.stringify({
    p: PROTOCOL,
    schema: SCHEMA,
    app: ports.app,
    client: asked.client,
    sent_at: db.env.now(),
    boot: db.env.boot,
    tz: db.env.tz(),
    push: asked.batch.map(envelopeOf),
    ...(asked.after === null ? {} : { after: asked.after }),
    ...(asked.after === null || asked.batch.length > 0 ? {} : { acked: asked.acked }),
    ...((asked.seal ?? null) === null ? {} : { seal: asked.seal }),
    pull: pull ? await pullSection(db, asked, limits) : null,
    photos: asked.photos,
    queue: await queueOf(db, asked.batch),
  });

const post = async (db: Database, ports: Ports, text: string, gzip: boolean): Promise<Response> => {
  const packed = gzip && ports.gzip !== null ? await ports.gzip(text) : null;
  return ports.fetch(PATH, {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'manual',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'X-Anxun-User': db.user,
      ...(packed === null ? {} : { 'Content-Encoding': 'gzip' }),
    },
    body: packed ?? text,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
};

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');

type Sent = Reply | 'timeout' | 'unreachable' | 'stranger';

/** Under the shared session lock, so that no login in another tab can swap the cookie between the check and the sending. */
const send = (db: Database, ports: Ports, text: string, gzip: boolean): Promise<Sent> =>
  ports.locks.hold(SESSION_LOCK, 'shared', async () => {
    if ((await ports.person()) !== db.user) return 'stranger';
    try {
      return await believe(await post(db, ports, text, gzip));
    } catch (error) {
      return isTimeout(error) ? 'timeout' : 'unreachable';
    }
  });

/** What is sent is signed as one; a batch that the server's clock cuts is signed again from where it was cut. */
const sealed = async (db: Database, ports: Ports, asked: Asked, course: Course): Promise<Asked> =>
  asked.batch.length === 0 || course.unsealed === true || ports.custody === undefined
    ? asked
    : { ...asked, seal: await ports.custody.seal(db, asked.client, asked.batch).catch(() => null) };

/** From here on the phone can count the server's time by itself. */
const anchorOf = ({ env }: Database, server: number): ClockAnchor | null =>
  server > 0 ? { server, wall: env.now(), mono: env.mono(), boot: env.boot } : null;

const heardSeal = async (db: Database, ports: Ports, { seal }: Answer, { client }: Asked): Promise<void> => {
  if ((seal ?? null) !== null) await ports.custody?.heard(db, client).catch(() => undefined);
};

const AGAIN: Turn = { kind: 'applied', more: true, progress: false, nextPollMs: 0, minApp: null };

const applied = async (db: Database, ports: Ports, answer: Answer, asked: Asked): Promise<Turn> => {
  if (!(await applyAnswer(db, answer, asked, anchorOf(db, answer.now ?? 0)))) return AGAIN;
  await heardSeal(db, ports, answer, asked);
  return {
    kind: 'applied',
    more: answer.pull?.more ?? false,
    progress: answer.verdicts.length > 0 || (answer.pull?.pages.length ?? 0) > 0,
    nextPollMs: answer.nextPollMs,
    minApp: answer.minApp,
  };
};

/** `pull` false sends only: for a server that no longer talks to this version but still takes its work. */
export const exchange = async (db: Database, ports: Ports, course: Course): Promise<Turn> => {
  const { limits, pull } = course;
  const asked = await sealed(db, ports, await gather(db, limits), course);
  const sent = await send(db, ports, await bodyOf(db, ports, asked, limits, pull), limits.gzip);
  if (sent === 'stranger') return { kind: 'stranger' };
  if (sent === 'timeout' || sent === 'unreachable') return { kind: 'unreachable', timeout: sent === 'timeout' };
  if (sent.kind !== 'answer') return { kind: 'refused', reply: sent, asked };
  return applied(db, ports, sent.answer, asked);
};
