/** A signature as pen strokes in a box of a thousand by a thousand: sharp on paper, no bitmap. */

export type Stroke = readonly (readonly [number, number])[];
export type Strokes = readonly Stroke[];

const NEAR = 3;
const MAX_POINTS = 4000;
/** Shorter than a fifth of the box is a slip of the finger, not a name. */
const SHORTEST = 200;

const clamp = (value: number): number => Math.min(1000, Math.max(0, Math.round(value)));
const count = (strokes: Strokes): number => strokes.reduce((all, stroke) => all + stroke.length, 0);

export function beginStroke(strokes: Strokes, x: number, y: number): Strokes {
  return count(strokes) >= MAX_POINTS ? strokes : [...strokes, [[clamp(x), clamp(y)]]];
}

/** Lengthen the last stroke; points closer than the pen is thick tell nothing new. */
export function extendStroke(strokes: Strokes, x: number, y: number): Strokes {
  const stroke = strokes.at(-1);
  const last = stroke?.at(-1);
  if (!stroke || !last || count(strokes) >= MAX_POINTS) return strokes;
  const next = [clamp(x), clamp(y)] as const;
  if (Math.hypot(next[0] - last[0], next[1] - last[1]) < NEAR) return strokes;
  return [...strokes.slice(0, -1), [...stroke, next]];
}

function lengthOf(stroke: Stroke): number {
  return stroke.reduce((all, point, n) => {
    const before = stroke[n - 1];
    return before ? all + Math.hypot(point[0] - before[0], point[1] - before[1]) : all;
  }, 0);
}

export function isSigned(strokes: Strokes): boolean {
  return strokes.reduce((all, stroke) => all + lengthOf(stroke), 0) >= SHORTEST;
}

/** A stroke as an SVG path, rounded between the points. A single point becomes a dot. */
export function strokePath(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (!first) return '';
  const start = `M${String(first[0])} ${String(first[1])}`;
  if (rest.length === 0) return `${start}h0.1`;
  const curves = rest.map((point, n) => {
    const after = rest[n + 1];
    if (!after) return `L${String(point[0])} ${String(point[1])}`;
    return `Q${String(point[0])} ${String(point[1])} ${String((point[0] + after[0]) / 2)} ${String((point[1] + after[1]) / 2)}`;
  });
  return [start, ...curves].join('');
}
