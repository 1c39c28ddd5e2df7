/** Once a day: lets go of what has outlived its use. */
import { Dexie } from 'dexie';
import { readMeta, writeMeta, type Database } from '../data/database';

const DAY_MS = 86_400_000;
const KEEP_SENT_MS = 30 * DAY_MS;
const KEEP_PHOTO_MS = 7 * DAY_MS;

const forgetSent = (db: Database, now: number): Promise<number> =>
  db.outbox
    .where('[state+mid]')
    .between(['done', Dexie.minKey], ['done', Dexie.maxKey])
    .filter((entry) => entry.echo === 0 && (entry.ackedAt ?? now) < now - KEEP_SENT_MS)
    .delete();

/** The thumbnail stays; the picture itself is on the server, whose own row said so a week ago. */
const releasePhotos = (db: Database, now: number): Promise<number> =>
  db.photos
    .where('state')
    .equals('stored')
    .filter((photo) => photo.blob !== null && (photo.storedAt ?? now) < now - KEEP_PHOTO_MS)
    .modify({ blob: null });

export const tidy = async (db: Database): Promise<void> => {
  const now = db.env.now();
  if (now - ((await readMeta(db, 'pruned')) ?? 0) < DAY_MS) return;
  await forgetSent(db, now);
  await releasePhotos(db, now);
  await writeMeta(db, 'pruned', now);
};
