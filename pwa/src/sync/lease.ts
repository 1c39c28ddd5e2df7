/** One tab at a time. The Web Lock decides where there is one; the lease row where there is none, or its holder froze. */
import { readMeta, writeMeta, type Database } from '../data/database';
import type { Ports } from './ports';

const LEASE_MS = 90_000;
/** Who is at work renews after this long; what one round trip may last still fits behind it. */
export const RENEW_MS = 30_000;

/** Round trips and photos go side by side, each kind in one tab at a time. */
export type Work = 'sync' | 'photos';

const keyOf = (what: Work) => `lease:${what}` as const;

/** Says that this tab is alive and at work; false when another one is, unless it is known to be dead. `env.boot` names the tab. */
export const renew = (db: Database, what: Work, isOtherDead = false): Promise<boolean> =>
  db.transaction('rw', db.meta, async () => {
    const [now, holder] = [db.env.now(), db.env.boot];
    const lease = await readMeta(db, keyOf(what));
    if (!isOtherDead && lease !== undefined && lease.holder !== holder && lease.until > now) return false;
    await writeMeta(db, keyOf(what), { holder, until: now + LEASE_MS });
    return true;
  });

const giveBack = (db: Database, what: Work): Promise<void> =>
  db.transaction('rw', db.meta, async () => {
    const isMine = (await readMeta(db, keyOf(what)))?.holder === db.env.boot;
    if (isMine) await writeMeta(db, keyOf(what), { holder: '', until: 0 });
  });

const withLease = async <T>(
  db: Database,
  what: Work,
  work: () => Promise<T>,
  isOtherDead = false,
): Promise<T | undefined> => {
  if (!(await renew(db, what, isOtherDead))) return undefined;
  try {
    return await work();
  } finally {
    await giveBack(db, what).catch(() => undefined);
  }
};

interface Held<T> {
  readonly value: T | undefined;
}

/** Undefined when another tab is at it. */
export const alone = async <T>(
  db: Database,
  ports: Ports,
  what: Work,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  const held = await ports.locks.tryHold(`${what}:${db.user}`, async (): Promise<Held<T>> => {
    // A page that was closed in the middle leaves its lease behind; a lock that the browser gave us proves that it is gone.
    return { value: await withLease(db, what, work, ports.locks.isKept) };
  });
  // The holder of the lock may be a frozen tab; its late request would only be a repeat to the server.
  return held === undefined ? withLease(db, what, work) : held.value;
};
