/** Sizes: how large a photo is kept, and how large its thumbnail. */

export const LONG_EDGE = 2560;
export const THUMB_EDGE = 320;

export interface Size {
  readonly w: number;
  readonly h: number;
}

/** Scale down so that the longer edge is at most *edge*; never up. */
export function fit(size: Size, edge: number): Size {
  const longest = Math.max(size.w, size.h);
  if (longest <= edge) return { w: Math.max(1, Math.round(size.w)), h: Math.max(1, Math.round(size.h)) };
  const factor = edge / longest;
  return { w: Math.max(1, Math.round(size.w * factor)), h: Math.max(1, Math.round(size.h * factor)) };
}
