/** The outline of a handful of places: the smallest polygon without a dent that holds them all. Pure. */
import type { Point } from './map';

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

function chain(points: readonly Point[]): Point[] {
  const found: Point[] = [];
  for (const point of points) {
    for (;;) {
      const [a, b] = [found.at(-2), found.at(-1)];
      if (!a || !b || turn(a, b, point) > 0) break;
      found.pop();
    }
    found.push(point);
  }
  return found.slice(0, -1);
}

/** Against the clock; one place, or several on a line, give what there is. */
export function hullOf(points: readonly Point[]): readonly Point[] {
  const ordered = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by)
    .filter((one, n, all) => n === 0 || one[0] !== all[n - 1]?.[0] || one[1] !== all[n - 1]?.[1]);
  if (ordered.length < 3) return ordered;
  return [...chain(ordered), ...chain([...ordered].reverse())];
}
