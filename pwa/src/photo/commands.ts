/** What may be done to photos. Every one of these resolves only when it is on the disk. */

import type { Database } from '@/data/database';
import type { AddPhoto } from '@/data/mutations';
import type { Photo, PhotoOrigin } from '@/data/records';
import type { Json } from '@/data/shape';
import type { Position } from '@/device/photo-exif';
import { processPhoto } from '@/device/photo-pipeline';
import type { ReadyPhoto } from '@/device/photo-types';
import { commit } from '@/sync/outbox';
import { blurredAreas, type Mark } from './annotation';
import { INTENT_KEY, loadBytes, provesRefusal } from './queries';
import { watermarkOf, type PhotoScene, type PhotoTarget } from './target';

export interface Shot {
  readonly source: Blob | ImageBitmap;
  readonly origin: PhotoOrigin;
  readonly at: number;
  /** Where the phone was; a picture from the gallery has only its own word for it. */
  readonly position: Position | null;
  readonly words: { readonly taken: string; readonly added: string };
}

export type KeepOutcome = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: string };

const targetArgs = ({ purpose, inspection, target, item, hazard }: PhotoTarget): Pick<AddPhoto, 'purpose' | 'inspection' | 'target' | 'item' | 'hazard'> => ({
  purpose,
  ...(inspection === undefined ? {} : { inspection }),
  ...(target === undefined ? {} : { target }),
  ...(item === undefined ? {} : { item }),
  ...(hazard === undefined ? {} : { hazard }),
});

const bytesArgs = (ready: ReadyPhoto): Pick<AddPhoto, 'sha256' | 'size' | 'mime' | 'w' | 'h'> => ({
  sha256: ready.sha256,
  size: ready.blob.size,
  mime: ready.mime,
  w: ready.w,
  h: ready.h,
});

/** The file's own time and place travel beside the claim: the stored picture keeps neither. */
function ownWords({ takenAt, position }: ReadyPhoto): Pick<AddPhoto, 'own'> {
  if (takenAt === null && position === null) return {};
  return { own: { ...(takenAt === null ? {} : { at: takenAt }), ...(position ? { lat: position.lat, lon: position.lon } : {}) } };
}

async function store(db: Database, args: AddPhoto, ready: ReadyPhoto): Promise<string> {
  const { sha256, mime, blob, thumb } = ready;
  const bytes = { photo: args.id, sha256, mime, blob, ...(thumb ? { thumb } : {}) };
  await commit(db, [{ name: 'photo.add', args, blobs: [bytes] }]);
  return args.id;
}

/** Make the stored photo out of a shot and keep it: bytes, row and command in one moment. */
export async function keepShot(db: Database, shot: Shot, target: PhotoTarget, scene: PhotoScene): Promise<KeepOutcome> {
  const stamp = { at: shot.at, live: shot.origin === 'camera' && !(shot.source instanceof Blob), ...shot.words };
  const outcome = await processPhoto({ source: shot.source, watermark: watermarkOf(scene), stamp, blurred: [] });
  if (!outcome.ok) return outcome;
  const position = outcome.photo.position ?? shot.position;
  const args: AddPhoto = {
    id: db.env.id(),
    ...bytesArgs(outcome.photo),
    taken_at: outcome.photo.takenAt ?? shot.at,
    added_at: shot.at,
    ...ownWords(outcome.photo),
    ...(position ? { position } : {}),
    origin: shot.origin,
    ...targetArgs(target),
    annotations: [],
  };
  return { ok: true, id: await store(db, args, outcome.photo) };
}

const inherited = (photo: Photo): Omit<AddPhoto, 'id' | 'sha256' | 'size' | 'mime' | 'w' | 'h' | 'annotations'> => ({
  taken_at: photo.taken_at,
  ...(photo.position ? { position: photo.position } : {}),
  origin: photo.origin,
  purpose: photo.purpose,
  ...(photo.inspection_id === null ? {} : { inspection: photo.inspection_id }),
  ...(photo.target_id === null ? {} : { target: photo.target_id }),
  ...(photo.item_key === null ? {} : { item: photo.item_key }),
  ...(photo.hazard_id === null ? {} : { hazard: photo.hazard_id }),
  ...(photo.caption === null ? {} : { caption: photo.caption }),
  original: photo.id,
});

const sameBytes = (photo: Photo): Pick<AddPhoto, 'sha256' | 'size' | 'mime' | 'w' | 'h'> => ({
  sha256: photo.sha256,
  size: photo.size,
  mime: photo.mime,
  w: photo.w,
  h: photo.h,
});

/**
 * Lay marks over a photo. The evidence stays as it was taken: the marked copy is a photo of its own that names its
 * original. It shares the original's bytes, unless a face must go; then only the copy's pixels change.
 */
export async function markPhoto(db: Database, photo: Photo, marks: readonly Mark[]): Promise<KeepOutcome> {
  const id = db.env.id();
  const annotations = marks as unknown as readonly Json[];
  const blurred = blurredAreas(marks);
  if (blurred.length === 0) {
    await commit(db, [{ name: 'photo.add', args: { id, ...sameBytes(photo), ...inherited(photo), annotations } }]);
    return { ok: true, id };
  }
  const source = await loadBytes(db, photo);
  if (!source) return { ok: false, reason: 'no-bytes' };
  const outcome = await processPhoto({ source, watermark: [], stamp: null, blurred });
  if (!outcome.ok) return outcome;
  return { ok: true, id: await store(db, { id, ...bytesArgs(outcome.photo), ...inherited(photo), annotations }, outcome.photo) };
}

/** Take a photo out, with the reason; the server keeps what it has for the record. */
export async function removePhoto(db: Database, photo: Photo, reason: string): Promise<void> {
  if (await provesRefusal(db, photo)) throw new Error('a signed refusal rests on this photo');
  await commit(db, [{ name: 'photo.remove', args: { id: photo.id, reason } }]);
}

/** Written before any camera opens: if the system kills the app meanwhile, it knows where to go on. */
export async function rememberIntent(db: Database, target: PhotoTarget): Promise<void> {
  await db.drafts.put({ key: INTENT_KEY, data: { ...target }, at: db.env.now() });
}

export async function forgetIntent(db: Database): Promise<void> {
  await db.drafts.delete(INTENT_KEY);
}
