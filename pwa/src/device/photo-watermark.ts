/** The band at the foot of a photo that says when, where, who and which unit. */

/** The first line of the band. A picture that does not know its own time says when it was added instead. */
export interface Stamp {
  readonly at: number;
  /** The moment is the moment of the shot, whatever the file says. */
  readonly live: boolean;
  /** Words around `{moment}` for a known and for an unknown time. */
  readonly taken: string;
  readonly added: string;
}

export interface WatermarkLine {
  readonly text: string;
  readonly strong: boolean;
}

/** What drawing needs of a canvas, so that layout can be tested without one. */
export type Measure = (text: string, fontPx: number, strong: boolean) => number;

export interface Placed extends WatermarkLine {
  readonly x: number;
  readonly y: number;
}

export interface Band {
  readonly top: number;
  readonly height: number;
  readonly fontPx: number;
  readonly lines: readonly Placed[];
}

const FONT_SHARE = 0.028;
const FONT_MIN = 14;
const LEADING = 1.4;
const FAMILY = 'system-ui, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

/** Break one line so that no piece is wider than *width*; Chinese may break anywhere, Latin at spaces. */
export function wrap(text: string, width: number, wide: (text: string) => number): string[] {
  const pieces = text.match(/[\u0021-\u024f]+|\s+|[^]/gu) ?? [];
  const rows: string[] = [];
  let row = '';
  for (const piece of pieces) {
    if (row !== '' && wide(row + piece) > width) {
      rows.push(row.trimEnd());
      row = piece.trim() === '' ? '' : piece;
    } else row += piece;
  }
  if (row.trim() !== '') rows.push(row.trimEnd());
  return rows;
}

/** Place the lines in a band along the lower edge of a *w* x *h* picture. */
export function layOut(lines: readonly WatermarkLine[], w: number, h: number, measure: Measure): Band {
  const fontPx = Math.max(FONT_MIN, Math.round(Math.max(w, h) * FONT_SHARE));
  const pad = Math.round(fontPx * 0.7);
  const rows = lines.flatMap((line) =>
    wrap(line.text, w - 2 * pad, (text) => measure(text, fontPx, line.strong)).map((text) => ({ text, strong: line.strong })),
  );
  const step = Math.round(fontPx * LEADING);
  const height = rows.length === 0 ? 0 : rows.length * step + 2 * pad - (step - fontPx);
  const top = h - height;
  return { top, height, fontPx, lines: rows.map((row, n) => ({ ...row, x: pad, y: top + pad + n * step })) };
}

export function fontOf(fontPx: number, strong: boolean): string {
  return `${strong ? '600' : '400'} ${String(fontPx)}px ${FAMILY}`;
}

/** `2026-11-21 14:05`, in the phone's own time zone, the same in every language. */
export function momentText(at: number): string {
  const d = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(d.getFullYear())}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** The line that says when. */
export function stampLine(stamp: Stamp, takenAt: number | null): WatermarkLine {
  const known = stamp.live || takenAt !== null;
  const moment = momentText(stamp.live ? stamp.at : (takenAt ?? stamp.at));
  return { text: (known ? stamp.taken : stamp.added).replace('{moment}', moment), strong: true };
}

/** Draw the band; half transparent, so that nothing of the scene is hidden altogether. */
export function drawWatermark(
  ctx: OffscreenCanvasRenderingContext2D,
  lines: readonly WatermarkLine[],
  w: number,
  h: number,
): void {
  const band = layOut(lines, w, h, (text, px, strong) => {
    ctx.font = fontOf(px, strong);
    return ctx.measureText(text).width;
  });
  if (band.lines.length === 0) return;
  ctx.fillStyle = 'rgba(8, 20, 24, 0.58)';
  ctx.fillRect(0, band.top, w, band.height);
  ctx.fillStyle = '#ffffff';
  ctx.textBaseline = 'top';
  for (const line of band.lines) {
    ctx.font = fontOf(band.fontPx, line.strong);
    ctx.fillText(line.text, line.x, line.y);
  }
}
