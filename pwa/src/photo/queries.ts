/** Where the pixels of a photo are, and which photos of an item are to be seen. */

import type { Database } from '@/data/database';
import type { Photo } from '@/data/records';
import type { LocalPhoto } from '@/data/tables';
import { children } from '@/data/view';
import type { PhotoTarget } from './target';

export type PictureSize = 'thumb' | 'full';

export type Picture =
  | { readonly kind: 'local'; readonly blob: Blob }
  | { readonly kind: 'remote'; readonly url: string }
  /** Kept as the camera wrote it, in a form this browser cannot show. */
  | { readonly kind: 'opaque' };

const asBlob = (bytes: Blob | ArrayBuffer, mime: string): Blob =>
  bytes instanceof Blob ? bytes : new Blob([bytes], { type: mime });

/** A photo with marks has no bytes of its own: it shows those of the photo it was made from. */
async function localPhoto(db: Database, photo: Photo): Promise<LocalPhoto | undefined> {
  const own = await db.photos.get(photo.id);
  return own?.blob ? own : ((await db.photos.where('sha256').equals(photo.sha256).first()) ?? own);
}

function localBytes(local: LocalPhoto | undefined, size: PictureSize): Blob | null {
  if (!local) return null;
  if (size === 'thumb' && local.thumb) return asBlob(local.thumb, 'image/jpeg');
  return local.blob ? asBlob(local.blob, local.mime) : null;
}

const SHOWABLE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif']);

/** Bytes that no browser shows are asked for as the picture that the server makes of them. */
function remoteUrl(photo: Photo, size: PictureSize): string {
  if (size === 'thumb') return `/api/photos/${photo.id}/thumb`;
  return SHOWABLE.has(photo.mime) ? `/api/photos/${photo.id}` : `/api/photos/${photo.id}/marked`;
}

export async function loadPicture(db: Database, photo: Photo, size: PictureSize): Promise<Picture> {
  const blob = localBytes(await localPhoto(db, photo), size);
  if (blob && SHOWABLE.has(blob.type)) return { kind: 'local', blob };
  if (blob && photo.state !== 'stored') return { kind: 'opaque' };
  return { kind: 'remote', url: remoteUrl(photo, size) };
}

/** The stored bytes themselves, from the disk or from the server; null when neither has them now. */
export async function loadBytes(db: Database, photo: Photo): Promise<Blob | null> {
  const local = localBytes(await localPhoto(db, photo), 'full');
  if (local) return local;
  try {
    const answer = await fetch(`/api/photos/${photo.id}`);
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

/** Photos to be seen: not removed, and a marked copy stands for the one it was made from. */
export function visiblePhotos(photos: readonly Photo[]): Photo[] {
  const kept = photos.filter((photo) => photo.state !== 'removed');
  const replaced = new Set(kept.map((photo) => photo.original_id));
  return kept.filter((photo) => !replaced.has(photo.id)).sort((a, b) => a.taken_at - b.taken_at || (a.id < b.id ? -1 : 1));
}

const names = (data: unknown, photo: Photo): boolean => JSON.stringify(data ?? null).includes(photo.id);

/** Whether a refusal rests on the photo: one that was signed, or one that stands on a paper still being signed. */
export async function provesRefusal(db: Database, photo: Photo): Promise<boolean> {
  const visit = photo.inspection_id;
  if (photo.purpose !== 'refusal' || visit === null) return false;
  const signatures = await children(db, 'signature', visit);
  if (signatures.some((one) => one.photo_ids.includes(photo.id))) return true;
  const [sheets, forms] = await Promise.all([children(db, 'sheet', visit), db.drafts.where('key').startsWith(`paper:${visit}|`).toArray()]);
  return sheets.some((sheet) => names(sheet, photo)) || forms.some(({ data }) => names((data as { marks?: unknown }).marks, photo));
}

const INTENT = 'camera';
const INTENT_MS = 30 * 60_000;

export interface PhotoIntent {
  readonly target: PhotoTarget;
  readonly at: number;
}

/** What was about to be photographed when the app was killed, if that was just now. */
export async function readIntent(db: Database): Promise<PhotoIntent | null> {
  const draft = await db.drafts.get(INTENT);
  if (!draft || db.env.now() - draft.at > INTENT_MS) return null;
  return { target: draft.data as PhotoTarget, at: draft.at };
}

export const INTENT_KEY = INTENT;

/** Where the half-made drawing on a photo is kept. */
export const drawingKey = (photo: string): string => `marks:${photo}`;
