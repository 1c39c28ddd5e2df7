/** The one way to write: effect, command and photo reach the disk together or not at all. */
import type { Database } from '../data/database';
import { readMeta, writeMeta } from '../data/database';
import type { Mutation, SetAnswer } from '../data/mutations';
import type { Entry, LocalPhoto } from '../data/tables';
import { label, type Key } from './effect';
import { effects, MAKERS, neededBy, touchedBy } from './effects';
import { answerKeyOf, fieldNames, revisionOf } from './effects-inspection';
import { guarded, StorageFull } from './guard';
import { Rows } from './rows';
import { clean } from './clean';

export interface CommitOptions {
  /** Drafts that this work completes; they go in the same moment. */
  readonly dropDrafts?: readonly string[];
  /** Refused commands that this work deals with. */
  readonly settles?: readonly string[];
}

/** Also of the fields that are not set: so the server can tell what was said beside it and not seen here. */
const withBase = (args: SetAnswer, rows: Rows): SetAnswer => {
  const row = rows.read('answer', answerKeyOf(args));
  const fields = new Set([...fieldNames(row), ...Object.keys(args.set)]);
  const base = Object.fromEntries([...fields].map((field) => [field, revisionOf(row, field)]));
  return { ...args, base: args.base ?? base };
};

const complete = (mutation: Mutation, rows: Rows): Readonly<Record<string, unknown>> =>
  clean({ ...(mutation.name === 'answer.set' ? withBase(mutation.args, rows) : mutation.args) });

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

/** Unsent commands that make what this one speaks of. */
const causesOf = async (db: Database, needed: readonly Key[], batch: readonly Entry[]): Promise<string[]> => {
  if (needed.length === 0) return [];
  const names = new Set(needed.map(label));
  const makes = (entry: Entry): boolean => MAKERS.has(entry.name) && entry.touches.some((name) => names.has(name));
  const stored = await db.outbox.where('touches').anyOf([...names]).distinct().toArray();
  return [...stored.filter((entry) => entry.state === 'queued' && makes(entry)), ...batch.filter(makes)].map(
    (entry) => entry.id,
  );
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

/** They stay as `done`, so that a server that forgot them can be told again. */
const settle = async (db: Database, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await db.outbox.update(id, { state: 'done', touches: [] });
};

const write = async (
  db: Database,
  mutations: readonly Mutation[],
  ids: readonly string[],
  options: CommitOptions & { readonly kept: Kept },
): Promise<void> => {
  const client = await readClient(db);
  const rows = new Rows();
  const batch: Entry[] = [];
  for (const [i, mutation] of mutations.entries()) {
    const touched = touchedBy(mutation.name, mutation.args);
    await rows.load(db, touched, true);
    const args = complete(mutation, rows);
    const causes = await causesOf(db, neededBy(mutation.name, args), batch);
    const entry = entryOf(db, {
      id: ids[i] ?? db.env.id(),
      mid: client.mid + i + 1,
      name: mutation.name,
      args,
      blobs: (mutation.blobs ?? []).map((blob) => blob.sha256),
      causes: [...new Set([...causes, ...(mutation.causes ?? [])])],
      touches: touched.map(label),
    });
    rows.write(effects(entry.name, args, rows.read, { id: entry.id, by: db.user, at: entry.at }));
    batch.push(entry);
  }
  await db.outbox.bulkAdd(batch);
  await db.overlay.bulkPut(rows.overlay());
  await db.photos.bulkAdd(mutations.flatMap((mutation) => photosOf(mutation, db.env.now(), options.kept)));
  await db.drafts.bulkDelete([...(options.dropDrafts ?? [])]);
  await settle(db, options.settles ?? []);
  await writeMeta(db, 'client', { ...client, mid: client.mid + batch.length });
};

const save = (
  db: Database,
  mutations: readonly Mutation[],
  ids: readonly string[],
  options: CommitOptions & { readonly kept: Kept },
): Promise<void> =>
  guarded(db, () =>
    db.transaction('rw', [db.rows, db.overlay, db.outbox, db.photos, db.drafts, db.meta], async () => {
      // A retry after a broken connection may find that the first try had reached the disk.
      if (ids[0] !== undefined && (await db.outbox.get(ids[0])) !== undefined) return;
      await write(db, mutations, ids, options);
    }),
  );

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
