/** A signature small enough to travel inside the paper: points on a straight piece say nothing. */

import type { Stroke, Strokes } from '@/answers/strokes';

const MOST_POINTS = 420;

function distance([x, y]: readonly [number, number], [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(x - ax, y - ay);
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}

/** Keep the point that lies farthest from the line, and look again on both sides of it. */
function reduced(stroke: Stroke, near: number): Stroke {
  const first = stroke[0];
  const last = stroke.at(-1);
  if (!first || !last || stroke.length < 3) return stroke;
  let worst = 0;
  let at = 0;
  for (let n = 1; n < stroke.length - 1; n += 1) {
    const point = stroke[n];
    const off = point ? distance(point, first, last) : 0;
    if (off > worst) [worst, at] = [off, n];
  }
  if (worst <= near) return [first, last];
  return [...reduced(stroke.slice(0, at + 1), near).slice(0, -1), ...reduced(stroke.slice(at), near)];
}

const count = (strokes: Strokes): number => strokes.reduce((all, stroke) => all + stroke.length, 0);

export function slim(strokes: Strokes): Strokes {
  let near = 2;
  let found: Strokes = strokes.map((stroke) => reduced(stroke, near));
  while (count(found) > MOST_POINTS && near < 200) {
    near *= 1.5;
    found = strokes.map((stroke) => reduced(stroke, near));
  }
  return found;
}
