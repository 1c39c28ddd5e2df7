/** What would be lost if a person's database were wiped. */
import { Dexie } from 'dexie';
import type { Database } from './database';
import type { EntryState } from './tables';

export const countEntries = (db: Database, state: EntryState): Promise<number> =>
  db.outbox.where('[state+mid]').between([state, Dexie.minKey], [state, Dexie.maxKey]).count();

/** When the oldest unsent command was given. */
export const oldestQueued = async (db: Database): Promise<number | null> =>
  (await db.outbox.where('[state+mid]').between(['queued', Dexie.minKey], ['queued', Dexie.maxKey]).first())?.at ?? null;

/** Photos whose bytes may exist only here. */
export const countUnsentPhotos = (db: Database): Promise<number> =>
  db.photos.where('state').anyOf('queued', 'uploading', 'sent').count();

export const hasUnsent = async (db: Database): Promise<boolean> => {
  const counts = await Promise.all([
    countEntries(db, 'queued'),
    countEntries(db, 'refused'),
    countUnsentPhotos(db),
    db.drafts.count(),
  ]);
  return counts.some((count) => count > 0);
};

/**
 * Forgets what can be downloaded again, unless something here was not sent: then all of it stays, locked. The person's own
 * sent commands stay in any case, for a server that loses them.
 */
export const closeView = (db: Database): Promise<void> =>
  db.transaction('rw', db.tables, async () => {
    if (await hasUnsent(db)) return;
    await Promise.all([db.rows.clear(), db.overlay.clear(), db.scopes.clear(), db.definitions.clear(), db.packages.clear()]);
    await db.meta.bulkDelete(['manifest', 'manifestSeen']);
  });
