/** Reading a kept picture back. */
import type { Database } from '../data/database';
import type { LocalPhoto } from '../data/tables';

const TRIES = 3;

const bytesOf = (stored: Blob | ArrayBuffer): Promise<ArrayBuffer> =>
  stored instanceof ArrayBuffer ? Promise.resolve(stored) : stored.arrayBuffer();

/**
 * The bytes, or null when there are none to be read. To WebKit a Blob is a file that belongs to its row: when a round trip
 * writes the row again, the Blob in hand "can not be found here" any more, while the row has another that can be read.
 */
export const readStored = async (db: Database, photo: Pick<LocalPhoto, 'id' | 'blob'>): Promise<ArrayBuffer | null> => {
  let stored: LocalPhoto['blob'] | undefined = photo.blob;
  for (let tried = 0; stored && tried < TRIES; tried += 1) {
    try {
      return await bytesOf(stored);
    } catch {
      stored = (await db.photos.get(photo.id))?.blob;
    }
  }
  return null;
};
