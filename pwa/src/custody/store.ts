/** What the disk keeps of the chain: links beside the commands, the device's key, and where the chain stands. */
import { readMeta, writeMeta, type Database } from '../data/database';
import type { ChainEnd, DeviceKey, Entry, EntryState, Link } from '../data/tables';

const STATES: readonly EntryState[] = ['queued', 'held', 'parked', 'refused', 'done'];
/** The number of what was taken out of the queue. */
const WITHDRAWN = 0;

export const isTied = (entry: Entry, client: string): entry is Entry & { readonly link: Link; readonly digest: string } =>
  entry.digest !== undefined && entry.link?.client === client && entry.link.mid === entry.mid;

const queued = (db: Database) => db.outbox.where('[state+mid]').between(['queued', 0], ['queued', Number.MAX_SAFE_INTEGER]);

/** What waits to be sent, in its order. */
export const waiting = (db: Database): Promise<Entry[]> => queued(db).toArray();

/** The link that a command with this number follows, as far as this phone knows; null when it does not. */
export const linkBefore = async (db: Database, client: string, mid: number): Promise<string | null> => {
  const end = await readMeta(db, 'chain');
  if (end?.client === client && end.mid === mid - 1) return end.head;
  const before = await db.outbox.where('[state+mid]').anyOf(STATES.map((state) => [state, mid - 1])).toArray();
  const tied = before.find((entry) => mid > 1 && isTied(entry, client));
  if (tied?.link !== undefined) return tied.link.value;
  const taken = await db.outbox.where('[state+mid]').equals(['refused', WITHDRAWN]).toArray();
  return taken.find(({ link }) => link?.client === client && link.mid === mid)?.link?.prev ?? null;
};

export interface Tied {
  readonly id: string;
  readonly mid: number;
  readonly digest: string;
  readonly link: Link;
}

/** Keeps links, unless the phone has numbered anew since they were made. */
export const keepLinks = (db: Database, made: readonly Tied[]): Promise<void> =>
  db.transaction('rw', db.outbox, db.meta, async () => {
    const last = made.at(-1);
    if (last === undefined || (await readMeta(db, 'client'))?.id !== last.link.client) return;
    const byId = new Map(made.map((one) => [one.id, one]));
    await db.outbox
      .where('id')
      .anyOf([...byId.keys()])
      .modify((entry: { mid: number; id: string; digest?: string; link?: Link }) => {
        const one = byId.get(entry.id);
        if (one === undefined || one.mid !== entry.mid) return;
        entry.digest = one.digest;
        entry.link = one.link;
      });
    await writeMeta(db, 'chain', { client: last.link.client, mid: last.mid, head: last.link.value });
  });

/** The server's chain stands elsewhere than this phone's: what was not sent yet is tied to the server's end anew. */
export const adoptEnd = (db: Database, end: ChainEnd): Promise<void> =>
  db.transaction('rw', db.outbox, db.meta, async () => {
    const [first] = await queued(db).limit(1).toArray();
    if ((await readMeta(db, 'client'))?.id !== end.client || first?.mid !== end.mid + 1) return;
    if (isTied(first, end.client) && first.link.prev === end.head) return;
    await queued(db).modify((entry: { link?: Link }) => {
      delete entry.link;
    });
    await writeMeta(db, 'chain', end);
  });

export const readKey = (db: Database, client: string): Promise<DeviceKey | undefined> => db.keys.get(client);

/** Of two tabs that made a key at once, the first one's is kept. */
export const keepKey = (db: Database, key: DeviceKey): Promise<DeviceKey> =>
  db.transaction('rw', db.keys, async () => {
    const known = await db.keys.get(key.client);
    if (known !== undefined) return known;
    await db.keys.add(key);
    return key;
  });

export const markKey = async (db: Database, client: string, registered: boolean): Promise<void> => {
  await db.keys.update(client, { registered });
};

export const dropKey = (db: Database, client: string): Promise<void> => db.keys.delete(client);
