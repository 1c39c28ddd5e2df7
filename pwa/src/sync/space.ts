/** Room on the disk: what the phone keeps only for comfort or for a rainy day goes first. */
import { Dexie } from 'dexie';
import type { Database } from '../data/database';

const doneEntries = (db: Database) => db.outbox.where('[state+mid]').between(['done', Dexie.minKey], ['done', Dexie.maxKey]);

/** Copies of photos that the server's own row calls stored. */
const storedPhotos = (db: Database) => db.photos.where('state').equals('stored');

/** Gives back what is safe to give back; false when there was nothing. */
export const freeSpace = (db: Database): Promise<boolean> =>
  db.transaction('rw', db.outbox, db.photos, async () => {
    const photos = await storedPhotos(db).delete();
    const entries = await doneEntries(db)
      .filter((entry) => entry.echo === 0)
      .delete();
    return photos + entries > 0;
  });
