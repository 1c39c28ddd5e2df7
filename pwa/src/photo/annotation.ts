/**
 * Marks on a photo: an arrow, a ring, a word, a face made unrecognisable.
 *
 * They are a drawing laid over the picture, in thousandths of its width and height, so the stored bytes stay as taken.
 */

export const MARK_COLOURS = ['red', 'yellow', 'blue', 'white'] as const;
export type MarkColour = (typeof MARK_COLOURS)[number];
export type Point = readonly [x: number, y: number];

interface Base {
  readonly id: string;
}

export interface ArrowMark extends Base {
  readonly kind: 'arrow';
  readonly colour: MarkColour;
  readonly from: Point;
  readonly to: Point;
}

export interface CircleMark extends Base {
  readonly kind: 'circle';
  readonly colour: MarkColour;
  readonly from: Point;
  readonly to: Point;
}

export interface TextMark extends Base {
  readonly kind: 'text';
  readonly colour: MarkColour;
  readonly at: Point;
  readonly text: string;
}

export interface BlurMark extends Base {
  readonly kind: 'blur';
  readonly from: Point;
  readonly to: Point;
}

export type Mark = ArrowMark | CircleMark | TextMark | BlurMark;
export type MarkKind = Mark['kind'];
export type Annotation = Mark;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const MAX_MARKS = 40;
export const MAX_TEXT = 40;
/** Anything shorter than this was a tap, not a stroke. */
const MIN_DRAG = 12;

const clamp = (value: number): number => Math.min(1000, Math.max(0, Math.round(value)));
export const point = (x: number, y: number): Point => [clamp(x), clamp(y)];

export function boxOf(from: Point, to: Point): Box {
  return {
    x: Math.min(from[0], to[0]),
    y: Math.min(from[1], to[1]),
    w: Math.abs(from[0] - to[0]),
    h: Math.abs(from[1] - to[1]),
  };
}

export function longEnough(from: Point, to: Point): boolean {
  return Math.hypot(from[0] - to[0], from[1] - to[1]) >= MIN_DRAG;
}

/** The mark that a stroke with this tool makes, or nothing for a mere tap. */
export function drag(id: string, tool: Exclude<MarkKind, 'text'>, colour: MarkColour, stroke: readonly [Point, Point]): Mark | null {
  const [from, to] = stroke;
  if (!longEnough(from, to)) return null;
  return tool === 'blur' ? { id, kind: tool, from, to } : { id, kind: tool, colour, from, to };
}

export function word(id: string, colour: MarkColour, at: Point, text: string): TextMark | null {
  const clean = text.trim().slice(0, MAX_TEXT);
  return clean === '' ? null : { id, kind: 'text', colour, at, text: clean };
}

/** Every step of the drawing, so that undo and redo are a matter of moving back and forth. */
export interface Drawing {
  readonly marks: readonly Mark[];
  readonly undone: readonly Mark[];
}

export const EMPTY_DRAWING: Drawing = { marks: [], undone: [] };

export function add(drawing: Drawing, mark: Mark): Drawing {
  return drawing.marks.length >= MAX_MARKS ? drawing : { marks: [...drawing.marks, mark], undone: [] };
}

export function undo(drawing: Drawing): Drawing {
  const last = drawing.marks.at(-1);
  return last ? { marks: drawing.marks.slice(0, -1), undone: [...drawing.undone, last] } : drawing;
}

export function redo(drawing: Drawing): Drawing {
  const next = drawing.undone.at(-1);
  return next ? { marks: [...drawing.marks, next], undone: drawing.undone.slice(0, -1) } : drawing;
}

/** The two strokes of an arrow's head, in the units of the picture's longer edge. */
export function arrowHead(from: Point, to: Point, w: number, h: number): readonly [Point, Point] {
  const longest = Math.max(w, h, 1);
  const dx = ((to[0] - from[0]) * w) / longest;
  const dy = ((to[1] - from[1]) * h) / longest;
  const size = Math.min(60, Math.max(24, Math.hypot(dx, dy) * 0.3));
  const angle = Math.atan2(dy, dx);
  const barb = (turn: number): Point => {
    const x = to[0] - (Math.cos(angle + turn) * size * longest) / Math.max(w, 1);
    const y = to[1] - (Math.sin(angle + turn) * size * longest) / Math.max(h, 1);
    return [Math.round(x), Math.round(y)];
  };
  return [barb(0.5), barb(-0.5)];
}

/** The areas that must be made unrecognisable in the pixels of the derived copy. */
export function blurredAreas(marks: readonly Mark[]): Box[] {
  return marks.filter((mark) => mark.kind === 'blur').map((mark) => boxOf(mark.from, mark.to));
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number' && Number.isFinite(each));
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false;
  const mark = value as Partial<Record<string, unknown>>;
  if (typeof mark['id'] !== 'string') return false;
  if (mark['kind'] === 'text') return isPoint(mark['at']) && typeof mark['text'] === 'string';
  return ['arrow', 'circle', 'blur'].includes(String(mark['kind'])) && isPoint(mark['from']) && isPoint(mark['to']);
}

/** Marks as they were stored; what this version does not know is left out rather than drawn wrong. */
export function readMarks(stored: readonly unknown[] | undefined): Mark[] {
  return (stored ?? []).filter(isMark);
}

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where in the picture a finger is, when the picture is shown whole and centred in *frame*. */
export function locate(frame: Frame, w: number, h: number, x: number, y: number): Point {
  const scale = Math.min(frame.width / Math.max(w, 1), frame.height / Math.max(h, 1)) || 1;
  const left = frame.left + (frame.width - w * scale) / 2;
  const top = frame.top + (frame.height - h * scale) / 2;
  return point(((x - left) / (w * scale)) * 1000, ((y - top) / (h * scale)) * 1000);
}
