/** What rows and answers of the server mean for the photos kept on this phone. Runs inside the caller's transaction. */
import type { Database } from '../data/database';
import type { LocalPhoto, Row } from '../data/tables';

/** What an exchange says of photos, by their hashes: those on this phone, and those whose bytes are gone from it. */
export interface Wanted {
  readonly confirm: readonly string[];
  readonly lost: readonly string[];
}

const ASK_AT_MOST = 100;

/** What to ask the server about: photos waiting, photos it took but has not yet shown as stored, photos that are gone. */
export const photosToName = async (db: Database): Promise<Wanted> => {
  const [here, lost] = await Promise.all([
    db.photos.where('state').anyOf('queued', 'sent').limit(ASK_AT_MOST).toArray(),
    db.photos.where('state').equals('lost').limit(ASK_AT_MOST).toArray(),
  ]);
  const hashes = (photos: readonly LocalPhoto[]): string[] => [...new Set(photos.map((photo) => photo.sha256))];
  return { confirm: hashes(here), lost: hashes(lost) };
};

const fresh = (photo: LocalPhoto): LocalPhoto =>
  photo.blob === null
    ? { ...photo, state: 'lost', error: 'no-copy' }
    : { ...photo, state: 'queued', url: null, offset: 0, tries: 0, retryAt: 0 };

/** The server's row is the only thing that makes a photo `stored`: the answer to the last part may have been lost, or lie. */
const afterRow = (photo: LocalPhoto, state: unknown, now: number): LocalPhoto | null => {
  if (state === 'removed' || (state === 'lost' && photo.state === 'lost')) return null;
  if (state === 'stored') {
    return photo.state === 'stored' ? photo : { ...photo, state: 'stored', storedAt: now, url: null, error: null };
  }
  // Stored once and now missing: the server's own store went back in time.
  return photo.state === 'stored' ? fresh(photo) : photo;
};

/** A photo's row came, or left the phone with the right to see it. */
export const rowMoved = async (db: Database, row: Row, gone: boolean): Promise<void> => {
  const photo = await db.photos.get(row.eid);
  if (photo === undefined) return;
  const next = gone ? (photo.state === 'stored' ? null : photo) : afterRow(photo, row.data['state'], db.env.now());
  if (next === null) await db.photos.delete(photo.id);
  else if (next !== photo) await db.photos.put(next);
};

const moved = (photo: LocalPhoto, wanted: ReadonlySet<string>, asked: ReadonlySet<string>): LocalPhoto => {
  if (wanted.has(photo.sha256)) return photo.state === 'sent' || photo.state === 'stored' ? fresh(photo) : photo;
  return photo.state === 'queued' && asked.has(photo.sha256) ? { ...photo, state: 'sent', url: null } : photo;
};

/** Hashes asked about and not wanted are there already; those wanted must be sent, even again. */
export const photosMoved = async (db: Database, want: readonly string[] | null, asked: Wanted): Promise<void> => {
  if (want === null) return;
  const [wanted, confirmed] = [new Set(want), new Set(asked.confirm)];
  const photos = await db.photos
    .where('sha256')
    .anyOf([...new Set([...wanted, ...confirmed])])
    .toArray();
  const changed = photos.map((photo) => [photo, moved(photo, wanted, confirmed)] as const);
  await db.photos.bulkPut(changed.filter(([old, next]) => old !== next).map(([, next]) => next));
};
