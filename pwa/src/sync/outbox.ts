/** The one way to write: effect, command and photo reach the disk together or not at all. */
import type { Database } from '../data/database';
import { readMeta, writeMeta } from '../data/database';
import type { Mutation, SetAnswer } from '../data/mutations';
import type { Entry, LocalPhoto, OverlayRow } from '../data/tables';
import { label, type Key } from './effect';
import { effects, MAKERS, neededBy, touchedBy } from './effects';
import { answerKeyOf, fieldNames, revisionOf } from './effects-inspection';
import { guarded, StorageFull } from './guard';
import { Rows } from './rows';
import { clean } from './clean';
import { replay } from './overlay';

export interface CommitOptions {
  /** Of words that took their time: the revisions of the fields of an answer when they were begun, not when they are done. */
  readonly over?: Readonly<Record<string, number>>;
  /** Drafts that this work completes; they go in the same moment. */
  readonly dropDrafts?: readonly string[];
  /** Refused commands that this work deals with. */
  readonly settles?: readonly string[];
  /** Refused commands that go on once this work has arrived. */
  readonly awaits?: readonly string[];
  /** Commands that were dealt with and are a person's turn again. */
  readonly reopens?: readonly string[];
  /** Called with the rows as they show now, once they are on the disk: nobody has to read again what he has just written. */
  readonly shown?: (rows: readonly OverlayRow[]) => void;
}

/** Also of the fields that are not set: so the server can tell what was said beside it and not seen here. */
const withBase = (args: SetAnswer, rows: Rows, over: CommitOptions['over']): SetAnswer => {
  const row = rows.read('answer', answerKeyOf(args));
  const fields = new Set([...fieldNames(row), ...Object.keys(args.set)]);
  const base = Object.fromEntries([...fields].map((field) => [field, revisionOf(row, field)]));
  return { ...args, base: args.base ?? { ...base, ...over } };
};

const complete = (mutation: Mutation, rows: Rows, over: CommitOptions['over']): Readonly<Record<string, unknown>> =>
  clean({ ...(mutation.name === 'answer.set' ? withBase(mutation.args, rows, over) : mutation.args) });

type Kept = (blob: Blob) => Blob | ArrayBuffer;

const photosOf = (mutation: Mutation, at: number, kept: Kept): LocalPhoto[] =>
  (mutation.blobs ?? []).map((blob) => ({
    id: blob.photo,
    sha256: blob.sha256,
    mime: blob.mime,
    size: blob.blob.size,
    blob: kept(blob.blob),
    thumb: blob.thumb === undefined ? null : kept(blob.thumb),
    state: 'queued',
    url: null,
    offset: 0,
    at,
    storedAt: null,
    tries: 0,
    retryAt: 0,
    error: null,
  }));

/** Unsent commands that make any of these rows. */
const makersOf = async (db: Database, needed: readonly Key[]): Promise<readonly Entry[]> => {
  if (needed.length === 0) return [];
  const names = [...new Set(needed.map(label))];
  const stored = await db.outbox.where('touches').anyOf(names).distinct().toArray();
  return stored.filter((entry) => entry.state === 'queued' && MAKERS.has(entry.name));
};

/** Those of them, and of the batch itself, that make what one command speaks of. */
const causesOf = (needed: readonly Key[], makers: readonly Entry[], batch: readonly Entry[]): string[] => {
  const names = new Set(needed.map(label));
  return [...makers, ...batch.filter((entry) => MAKERS.has(entry.name))]
    .filter((entry) => entry.touches.some((name) => names.has(name)))
    .map((entry) => entry.id);
};

const entryOf = (
  db: Database,
  envelope: Pick<Entry, 'id' | 'mid' | 'name' | 'args' | 'blobs' | 'causes' | 'touches'>,
): Entry => ({
  ...envelope,
  v: 1,
  at: db.env.now(),
  boot: db.env.boot,
  mono: db.env.mono(),
  tz: db.env.tz(),
  state: 'queued',
  echo: 0,
  status: null,
  code: null,
  params: {},
  problem: null,
  ackedAt: null,
});

/** Where mids come from; made in the first transaction that needs it, so that two tabs cannot make two. */
export const readClient = async (db: Database): Promise<{ id: string; mid: number; acked: number }> =>
  (await readMeta(db, 'client')) ?? { id: db.env.id(), mid: 0, acked: 0 };

/**
 * Dealt with, they stay as `done`, so that a server that forgot them can be told again. Held work that is given up also
 * leaves the view.
 */
const settle = async (db: Database, { settles = [], awaits = [], reopens = [] }: CommitOptions): Promise<void> => {
  const shown = (await db.outbox.bulkGet([...settles])).flatMap((entry) => entry?.touches ?? []);
  for (const id of settles) await db.outbox.update(id, { state: 'done', touches: [] });
  for (const id of awaits) await db.outbox.update(id, { state: 'held', code: 'sync-waiting' });
  for (const id of reopens) await db.outbox.update(id, { state: 'refused' });
  if (shown.length > 0) await replay(db, new Set(shown));
};

interface Read {
  readonly client: Awaited<ReturnType<typeof readClient>>;
  readonly rows: Rows;
  readonly makers: readonly Entry[];
}

/** All that the commands need to know, asked for at once: each wait for the disk is one that a thumb feels. */
const read = async (db: Database, mutations: readonly Mutation[]): Promise<Read> => {
  const rows = new Rows();
  const [client, makers] = await Promise.all([
    readClient(db),
    makersOf(db, mutations.flatMap(({ name, args }) => neededBy(name, { ...args }))),
    rows.load(db, mutations.flatMap(({ name, args }) => touchedBy(name, args)), true),
  ]);
  return { client, rows, makers };
};

const entriesOf = (db: Database, mutations: readonly Mutation[], ids: readonly string[], { client, rows, makers }: Read, over: CommitOptions['over']): Entry[] => {
  const batch: Entry[] = [];
  for (const [i, mutation] of mutations.entries()) {
    const args = complete(mutation, rows, over);
    const causes = causesOf(neededBy(mutation.name, args), makers, batch);
    const entry = entryOf(db, {
      id: ids[i] ?? db.env.id(),
      mid: client.mid + i + 1,
      name: mutation.name,
      args,
      blobs: (mutation.blobs ?? []).map((blob) => blob.sha256),
      causes: [...new Set([...causes, ...(mutation.causes ?? [])])],
      touches: touchedBy(mutation.name, mutation.args).map(label),
    });
    rows.write(effects(entry.name, args, rows.read, { id: entry.id, by: db.user, at: entry.at }));
    batch.push(entry);
  }
  return batch;
};

interface SaveOptions extends CommitOptions {
  readonly kept: Kept;
}

const write = async (db: Database, mutations: readonly Mutation[], ids: readonly string[], options: SaveOptions): Promise<readonly OverlayRow[]> => {
  const known = await read(db, mutations);
  const batch = entriesOf(db, mutations, ids, known, options.over);
  const rows = known.rows.overlay();
  const photos = mutations.flatMap((mutation) => photosOf(mutation, db.env.now(), options.kept));
  const drafts = options.dropDrafts ?? [];
  await Promise.all([
    db.outbox.bulkAdd(batch),
    db.overlay.bulkPut(rows),
    writeMeta(db, 'client', { ...known.client, mid: known.client.mid + batch.length }),
    ...(photos.length > 0 ? [db.photos.bulkAdd(photos)] : []),
    ...(drafts.length > 0 ? [db.drafts.bulkDelete([...drafts])] : []),
  ]);
  if (options.settles ?? options.awaits ?? options.reopens) await settle(db, options);
  return rows;
};

/** A retry after a broken connection may find that the first try had reached the disk. */
const save = async (db: Database, mutations: readonly Mutation[], ids: readonly string[], options: SaveOptions): Promise<void> => {
  let isRetry = false;
  let written: readonly OverlayRow[] = [];
  await guarded(db, () =>
    db.transaction('rw', [db.rows, db.overlay, db.outbox, db.photos, db.drafts, db.meta], async () => {
      if (isRetry && ids[0] !== undefined && (await db.outbox.get(ids[0])) !== undefined) return;
      isRetry = true;
      written = await write(db, mutations, ids, options);
    }),
  );
  options.shown?.(written);
};

const asBuffers = async (mutations: readonly Mutation[]): Promise<Kept> => {
  const blobs = mutations.flatMap(({ blobs = [] }) => blobs.flatMap(({ blob, thumb }) => [blob, thumb ?? blob]));
  const buffers = new Map(await Promise.all(blobs.map(async (blob) => [blob, await blob.arrayBuffer()] as const)));
  return (blob) => buffers.get(blob) ?? blob;
};

/**
 * Saves and queues. Resolves, with the mutations' ids, only when everything is on the disk: this is the moment to say "saved".
 * Throws `StorageFull` or `StorageFailed` (guard.ts), and then nothing of it was kept: keep the form open and say so.
 */
export const commit = async (
  db: Database,
  mutations: readonly Mutation[],
  options: CommitOptions = {},
): Promise<readonly string[]> => {
  const ids = mutations.map(() => db.env.id());
  try {
    await save(db, mutations, ids, { ...options, kept: (blob) => blob });
  } catch (error) {
    const hasPhotos = mutations.some(({ blobs = [] }) => blobs.length > 0);
    if (!hasPhotos || error instanceof StorageFull) throw error;
    // Some browsers cannot keep Blobs, some of the time.
    await save(db, mutations, ids, { ...options, kept: await asBuffers(mutations) });
  }
  return ids;
};
