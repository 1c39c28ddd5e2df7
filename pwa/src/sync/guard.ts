/** Browsers drop database connections behind our back, and disks fill up. What to do about both, in one place. */
import type { Database } from '../data/database';
import { freeSpace } from './space';

const TRIES = 3;
const LOST = new Set(['InvalidStateError', 'UnknownError', 'DatabaseClosedError', 'OpenFailedError', 'TimeoutError']);

/** The disk is full even after giving back what can be downloaded again. Nothing was written. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}

/** The browser's storage does not answer. Nothing was written. */
export class StorageFailed extends Error {
  override readonly name = 'StorageFailed';
}

/** Dexie wraps what the browser threw; the reason may sit several layers down. */
export const namesOf = (error: unknown): readonly string[] => {
  const names: string[] = [];
  for (let at = error; at instanceof Error && names.length < 8; at = (at as { inner?: unknown }).inner ?? at.cause) {
    names.push(at.name);
  }
  return names;
};

export const isFull = (error: unknown): boolean => namesOf(error).includes('QuotaExceededError');

export const isLost = (error: unknown): boolean =>
  namesOf(error).some((name) => LOST.has(name)) || /connection.*lost|database connection is closing/i.test(String(error));

export const reopen = async (db: Database): Promise<void> => {
  db.close({ disableAutoOpen: false });
  await db.open();
};

/** Runs `work` again after reopening the connection or making room. `work` must be safe to repeat: one transaction, say. */
export const guarded = async <T>(db: Database, work: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const full = isFull(error);
      if (!full && !isLost(error)) throw error;
      if (full ? tried > 1 || !(await freeSpace(db).catch(() => false)) : tried >= TRIES) {
        throw full ? new StorageFull() : new StorageFailed();
      }
      if (!full) await reopen(db).catch(() => undefined);
    }
  }
};

const PROBE_MS = 3000;

const inTime = <T>(work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DOMException('no answer', 'TimeoutError'));
    }, PROBE_MS);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });

/** Reads something trivial, and reopens the database when that fails or hangs. */
export const probe = async (db: Database): Promise<void> => {
  try {
    await inTime(db.meta.get('client'));
  } catch {
    await reopen(db).catch(() => undefined);
  }
};
