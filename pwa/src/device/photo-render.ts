/** From a source to the stored photo: decode, shrink, blur, mark, encode, fingerprint. Runs in the worker. */

import { sha256Hex, sniffMime } from './photo-bytes';
import { NO_FACTS, type CaptureFacts } from './photo-exif';
import { fit, LONG_EDGE, THUMB_EDGE, type Size } from './photo-fit';
import type { Area, PhotoJob, ReadyPhoto } from './photo-types';
import { drawWatermark, stampLine } from './photo-watermark';

const QUALITY = 0.85;
const THUMB_QUALITY = 0.7;
/** Cells per blurred face: few enough that nobody is recognised. */
const BLUR_CELLS = 8;

export type ReadFacts = (bytes: ArrayBuffer) => Promise<CaptureFacts>;

interface Canvas {
  readonly canvas: OffscreenCanvas;
  readonly ctx: OffscreenCanvasRenderingContext2D;
}

function surface({ w, h }: Size): Canvas {
  const canvas = new OffscreenCanvas(w, h);
  const ctx = canvas.getContext('2d', { alpha: false });
  if (!ctx) throw new Error('no-canvas');
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = 'high';
  return { canvas, ctx };
}

function pixelate({ canvas, ctx }: Canvas, area: Area): void {
  const x = Math.round((area.x / 1000) * canvas.width);
  const y = Math.round((area.y / 1000) * canvas.height);
  const w = Math.max(1, Math.round((area.w / 1000) * canvas.width));
  const h = Math.max(1, Math.round((area.h / 1000) * canvas.height));
  const rows = Math.max(1, Math.round((BLUR_CELLS * h) / w));
  const small = surface({ w: BLUR_CELLS, h: rows });
  small.ctx.drawImage(canvas, x, y, w, h, 0, 0, BLUR_CELLS, rows);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(small.canvas, 0, 0, BLUR_CELLS, rows, x, y, w, h);
  ctx.imageSmoothingEnabled = true;
}

async function thumbOf(picture: Canvas): Promise<Blob> {
  const size = fit({ w: picture.canvas.width, h: picture.canvas.height }, THUMB_EDGE);
  const small = surface(size);
  small.ctx.drawImage(picture.canvas, 0, 0, size.w, size.h);
  return small.canvas.convertToBlob({ type: 'image/jpeg', quality: THUMB_QUALITY });
}

async function encode(bitmap: ImageBitmap, job: PhotoJob, facts: CaptureFacts): Promise<ReadyPhoto> {
  const size = fit({ w: bitmap.width, h: bitmap.height }, LONG_EDGE);
  const picture = surface(size);
  picture.ctx.drawImage(bitmap, 0, 0, size.w, size.h);
  bitmap.close();
  for (const area of job.blurred) pixelate(picture, area);
  // The thumbnail comes before the band: at 320 px the words would only be dirt.
  const thumb = await thumbOf(picture);
  const moment = job.stamp ? [stampLine(job.stamp, facts.takenAt)] : [];
  drawWatermark(picture.ctx, [...moment, ...job.watermark], size.w, size.h);
  const blob = await picture.canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  const sha256 = await sha256Hex(await blob.arrayBuffer());
  return { blob, thumb, sha256, mime: 'image/jpeg', w: size.w, h: size.h, ...facts, original: false };
}

async function keepOriginal(bytes: ArrayBuffer, mime: string, facts: CaptureFacts): Promise<ReadyPhoto> {
  const blob = new Blob([bytes], { type: mime });
  return { blob, thumb: null, sha256: await sha256Hex(bytes), mime, w: 0, h: 0, ...facts, original: true };
}

async function decode(blob: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

/** A truncated JPEG helps nobody; a HEIC, which the server can read, does. What the server refuses is refused here at once. */
function isKept(mime: string): boolean {
  if (mime === 'image/heic' || mime === 'image/heif') return true;
  return typeof OffscreenCanvas === 'undefined' && (mime === 'image/jpeg' || mime === 'image/png' || mime === 'image/webp');
}

/** Make the stored photo out of a camera frame or a file. */
export async function renderPhoto(job: PhotoJob, readFacts: ReadFacts): Promise<ReadyPhoto> {
  if (!(job.source instanceof Blob)) return encode(job.source, job, NO_FACTS);
  const bytes = await job.source.arrayBuffer();
  const mime = sniffMime(new Uint8Array(bytes, 0, Math.min(16, bytes.byteLength)), job.source.type);
  if (mime === null) throw new Error('not-an-image');
  const facts = await readFacts(bytes);
  const bitmap = typeof OffscreenCanvas === 'undefined' ? null : await decode(new Blob([bytes], { type: mime }));
  if (bitmap) return encode(bitmap, job, facts);
  if (!isKept(mime)) throw new Error('unreadable');
  return keepOriginal(bytes, mime, facts);
}
