/** What the status strip and the sync page show. Read from the disk, so every tab shows the same. */
import { readMeta, type Database } from '../data/database';
import { useLive, type Live } from '../data/live';
import { session } from '../data/session';
import type { SyncState } from '../data/tables';
import { countEntries, oldestQueued } from '../data/unsent';
import { FIRST_REPORT, readReport } from './report';

export interface SyncStatus {
  readonly state: SyncState;
  readonly busy: boolean;
  readonly code: string | null;
  /** Commands not yet acknowledged. */
  readonly pending: number;
  /** Photos whose bytes the server does not have yet, and what is left to send of them. */
  readonly photos: number;
  readonly bytes: number;
  readonly refused: number;
  readonly lastSuccess: number | null;
  readonly oldestQueued: number | null;
  readonly retryAt: number | null;
  readonly updateNeeded: boolean;
  /** False while a scope is still being downloaded. */
  readonly complete: boolean;
  readonly wifiOnly: boolean;
}

const NOTHING: SyncStatus = {
  ...FIRST_REPORT,
  pending: 0,
  photos: 0,
  bytes: 0,
  refused: 0,
  oldestQueued: null,
  complete: false,
  wifiOnly: false,
};

const unsentBytes = async (db: Database): Promise<{ photos: number; bytes: number; since: number | null }> => {
  let photos = 0;
  let bytes = 0;
  let since: number | null = null;
  await db.photos
    .where('state')
    .anyOf('queued', 'uploading')
    .each((photo) => {
      photos += 1;
      bytes += photo.size - photo.offset;
      since = Math.min(since ?? photo.at, photo.at);
    });
  return { photos, bytes, since };
};

/** In one transaction: opening one costs a phone more than what is read in it. */
export const readStatus = (db: Database): Promise<SyncStatus> =>
  db.transaction('r', [db.scopes, db.meta, db.photos, db.outbox], async () => {
    const [scopes, report, unsent, pending, refused, parked, oldest, wifiOnly] = await Promise.all([
      db.scopes.toArray(),
      readReport(db),
      unsentBytes(db),
      countEntries(db, 'queued'),
      countEntries(db, 'refused'),
      countEntries(db, 'parked'),
      oldestQueued(db),
      readMeta(db, 'wifiOnly'),
    ]);
    return {
      ...report,
      photos: unsent.photos,
      bytes: unsent.bytes,
      pending,
      refused: refused + parked,
      oldestQueued: oldest === null || unsent.since === null ? (oldest ?? unsent.since) : Math.min(oldest, unsent.since),
      complete: scopes.length > 0 && scopes.every((scope) => scope.complete),
      wifiOnly: wifiOnly ?? false,
    };
  });

/** Follows the present person's sync; use it inside a component or an effect scope. */
export const useSyncStatus = (): Live<SyncStatus> =>
  useLive(
    () => {
      const { db } = session.value;
      return db === null ? Promise.resolve(NOTHING) : readStatus(db);
    },
    NOTHING,
    [() => session.value.db],
  );
