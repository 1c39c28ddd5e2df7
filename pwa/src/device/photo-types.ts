/** What goes into the photo worker and what comes out. */

import type { Position } from './photo-exif';
import type { Stamp, WatermarkLine } from './photo-watermark';

/** A rectangle in thousandths of width and height. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PhotoJob {
  /** A file as the system gave it, or a frame of the in-page camera. */
  readonly source: Blob | ImageBitmap;
  readonly watermark: readonly WatermarkLine[];
  /** Null for a picture that carries its band already. */
  readonly stamp: Stamp | null;
  /** Faces to make unrecognisable in the pixels themselves. */
  readonly blurred: readonly Area[];
}

export interface ReadyPhoto {
  readonly blob: Blob;
  readonly thumb: Blob | null;
  readonly sha256: string;
  readonly mime: string;
  readonly w: number;
  readonly h: number;
  readonly takenAt: number | null;
  readonly position: Position | null;
  /** The phone could not decode it; the original goes to the server, which can. */
  readonly original: boolean;
}

export interface WorkerRequest {
  readonly id: number;
  readonly job: PhotoJob;
}

export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly photo: ReadyPhoto }
  | { readonly id: number; readonly ok: false; readonly reason: string };
