/** What a rescue file has to hold: everything that would be lost with this phone, or one piece with what belongs to it. */
import { Dexie } from 'dexie';
import { readMeta, type Database } from '../../data/database';
import type { Entry, EntryState, LocalPhoto } from '../../data/tables';
import { envelopeOf } from '../wire';

export interface PhotoToSave {
  readonly id: string;
  readonly sha256: string;
  readonly mime: string;
  readonly size: number;
}

export interface Gathered {
  readonly client: string;
  /** JSON lines, one command each, in the order in which they were given. */
  readonly lines: string;
  readonly work: number;
  readonly oldest: number | null;
  readonly photos: readonly PhotoToSave[];
  /** Named by the work, but their bytes are gone from this phone. */
  readonly gone: readonly PhotoToSave[];
  readonly drafts: readonly unknown[];
  readonly bytes: number;
}

const UNSENT: readonly EntryState[] = ['queued', 'held', 'parked', 'refused'];
const AT_RISK = ['queued', 'uploading', 'sent', 'lost'] as const;

const unsent = async (db: Database): Promise<Entry[]> => {
  const lists = await Promise.all(
    UNSENT.map((state) => db.outbox.where('[state+mid]').between([state, Dexie.minKey], [state, Dexie.maxKey]).toArray()),
  );
  return lists.flat();
};

const isNear = (entry: Entry, chosen: ReadonlySet<string>): boolean =>
  chosen.has(entry.id) || entry.causes.some((cause) => chosen.has(cause));

/** The piece, what it was built on and is not yet there, and what was built on it. */
const around = (entries: readonly Entry[], piece: string): Entry[] => {
  const chosen = new Set([piece]);
  for (let before = 0; before !== chosen.size; ) {
    before = chosen.size;
    for (const entry of entries.filter((one) => isNear(one, chosen))) {
      for (const id of [entry.id, ...entry.causes]) chosen.add(id);
    }
  }
  return entries.filter(({ id }) => chosen.has(id));
};

const lineOf = (entry: Entry): string => JSON.stringify({ state: entry.state, envelope: envelopeOf(entry) });

const brief = ({ id, sha256, mime, size }: LocalPhoto): PhotoToSave => ({ id, sha256, mime, size });

const photosOf = async (db: Database, entries: readonly Entry[], piece: string | null): Promise<LocalPhoto[]> => {
  const named = new Set(entries.flatMap(({ blobs }) => blobs));
  const [atRisk, mentioned] = await Promise.all([
    piece === null ? db.photos.where('state').anyOf(...AT_RISK).toArray() : Promise.resolve([]),
    db.photos.where('sha256').anyOf([...named]).toArray(),
  ]);
  const byHash = new Map([...mentioned, ...atRisk].map((photo) => [photo.sha256, photo]));
  return [...byHash.values()].sort((a, b) => a.at - b.at);
};

const TABLES = ['outbox', 'photos', 'drafts', 'meta'] as const;

/** Read at one moment; what is done later goes into the next file. */
export const gather = (db: Database, piece: string | null = null): Promise<Gathered> =>
  db.transaction('r', TABLES.map((name) => db[name]), async () => {
    const all = await unsent(db);
    const entries = (piece === null ? all : around(all, piece)).sort((a, b) => a.mid - b.mid);
    const photos = await photosOf(db, entries, piece);
    const here = photos.filter(({ blob }) => blob !== null).map(brief);
    const lines = entries.map((entry) => `${lineOf(entry)}\n`).join('');
    return {
      client: (await readMeta(db, 'client'))?.id ?? db.env.id(),
      lines,
      work: entries.length,
      oldest: entries.length === 0 ? null : Math.min(...entries.map(({ at }) => at)),
      photos: here,
      gone: photos.filter(({ blob }) => blob === null).map(brief),
      drafts: piece === null ? await db.drafts.toArray() : [],
      bytes: lines.length + here.reduce((sum, { size }) => sum + size, 0),
    };
  });
