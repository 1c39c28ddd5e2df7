/** Sends photos: a few at a time, each from where it stopped, and only after reading them back and checking the hash. */
import { readMeta, type Database } from '../data/database';
import { sha256 } from '../data/hash';
import type { LocalPhoto } from '../data/tables';
import { countEntries } from '../data/unsent';
import { get } from '../data/view';
import { readStored } from './bytes';
import { renew } from './lease';
import { backoff } from './limits';
import type { Ports } from './ports';

/** What an uploader throws: the server's number, or null when it was not reached. */
export class UploadFailed extends Error {
  override readonly name = 'UploadFailed';
  readonly status: number | null;

  constructor(status: number | null) {
    super(`upload failed: ${String(status)}`);
    this.status = status;
  }
}

/** gone: nothing to send any more. stop: no use trying other photos now. */
type Sent = 'sent' | 'gone' | 'later' | 'stop';

const CELLULAR_AT_ONCE = 1;
const WIFI_AT_ONCE = 2;
const HASH_MISMATCH = new Set([422, 460]);
const NO_USE_NOW = new Set([401, 403, 429, 503, 507]);

/** Some browsers have handed back another picture's bytes, or none: such a photo must never go out under this name. */
const readBack = async (db: Database, photo: LocalPhoto): Promise<Blob | null> => {
  const bytes = await readStored(db, photo);
  return bytes !== null && (await sha256(bytes)) === photo.sha256 ? new Blob([bytes], { type: photo.mime }) : null;
};

const change = async (db: Database, id: string, to: Partial<LocalPhoto>): Promise<void> => {
  await db.photos.update(id, to);
};

const progressed = async (db: Database, id: string, offset: number): Promise<void> => {
  await renew(db, 'photos');
  await change(db, id, { offset });
};

const send = async (db: Database, ports: Ports, photo: LocalPhoto, blob: Blob, signal: AbortSignal): Promise<void> => {
  await change(db, photo.id, { state: 'uploading' });
  await ports.upload({
    blob,
    url: photo.url,
    metadata: { sha256: photo.sha256, mime: photo.mime, photo: photo.id },
    signal,
    onUrl: (url) => change(db, photo.id, { url }),
    onProgress: (offset) => void progressed(db, photo.id, offset).catch(() => undefined),
  });
  await change(db, photo.id, { state: 'sent', url: null, offset: photo.size, tries: 0, error: null });
};

const afterFailure = async (db: Database, ports: Ports, photo: LocalPhoto, error: unknown): Promise<Sent> => {
  const status = error instanceof UploadFailed ? error.status : null;
  const retryAt = db.env.now() + backoff(photo.tries + 1, ports.random);
  const common = { state: 'queued', tries: photo.tries + 1, retryAt } as const;
  if (status === null) {
    await change(db, photo.id, { ...common, error: null });
    return 'stop';
  }
  if (status === 401) ports.expire();
  const fresh = HASH_MISMATCH.has(status) ? { url: null, offset: 0 } : {};
  await change(db, photo.id, { ...common, ...fresh, error: `http-${String(status)}` });
  return NO_USE_NOW.has(status) || status >= 500 ? 'stop' : 'later';
};

const uploadOne = async (db: Database, ports: Ports, photo: LocalPhoto, signal: AbortSignal): Promise<Sent> => {
  if ((await get(db, 'photo', photo.id))?.state === 'removed') return 'gone';
  const blob = await readBack(db, photo);
  if (blob === null) {
    await change(db, photo.id, { state: 'lost', error: photo.blob === null ? 'no-copy' : 'damaged' });
    return 'gone';
  }
  try {
    await send(db, ports, photo, blob, signal);
    return 'sent';
  } catch (error) {
    return afterFailure(db, ports, photo, error);
  }
};

/** Rows only; the bytes are read one photo at a time. */
const waiting = async (db: Database): Promise<readonly string[]> => {
  const now = db.env.now();
  const photos = await db.photos.where('state').anyOf('queued', 'uploading').toArray();
  return photos
    .filter((photo) => photo.retryAt <= now)
    .sort((a, b) => a.at - b.at)
    .map((photo) => photo.id);
};

/** Commands are worth more than photos and go first; so does a person's wish not to pay for them. */
const mayGoOn = async (db: Database, ports: Ports, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted || (await ports.person()) !== db.user) return false;
  if (ports.connection().cellular && ((await readMeta(db, 'wifiOnly')) ?? false)) return false;
  return (await countEntries(db, 'queued')) === 0;
};

const next = async (db: Database, tried: Set<string>): Promise<LocalPhoto | undefined> => {
  const ids = await waiting(db);
  const id = ids.find((one) => !tried.has(one));
  if (id === undefined) return undefined;
  tried.add(id);
  return db.photos.get(id);
};

/** Returns how many photos the server now has that it did not have before. */
export const runUploads = async (db: Database, ports: Ports, signal: AbortSignal): Promise<number> => {
  const tried = new Set<string>();
  let sent = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped && (await mayGoOn(db, ports, signal))) {
      const photo = await next(db, tried);
      if (photo === undefined) return;
      const result = await uploadOne(db, ports, photo, signal);
      if (result === 'sent') sent += 1;
      stopped ||= result === 'stop';
    }
  };
  const lanes = ports.connection().cellular ? CELLULAR_AT_ONCE : WIFI_AT_ONCE;
  await Promise.all(Array.from({ length: lanes }, lane));
  return sent;
};

/** When the earliest photo may be tried again; null when none waits. */
export const nextUploadAt = async (db: Database): Promise<number | null> => {
  const photos = await db.photos.where('state').anyOf('queued', 'uploading').toArray();
  return photos.length === 0 ? null : Math.min(...photos.map((photo) => photo.retryAt));
};

/** A person presses "send again". */
export const retryPhoto = (db: Database, id: string): Promise<void> =>
  change(db, id, { state: 'queued', retryAt: 0, error: null });
