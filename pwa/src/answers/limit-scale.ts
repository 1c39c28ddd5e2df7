/** A reading against its limits: where it stands on a line, and the word for it. */

export interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly warn_min?: number;
  readonly warn_max?: number;
}

/** `low` and `high` break a limit; `near-…` does not yet. */
export type Standing = 'ok' | 'low' | 'high' | 'near-low' | 'near-high';

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly kind: 'bad' | 'near' | 'good';
}

export interface Tick {
  readonly at: number;
  readonly value: number;
}

export interface Scale {
  readonly stretches: readonly Stretch[];
  readonly ticks: readonly Tick[];
  /** Per cent from the left; held inside the line when the reading is far out. */
  readonly marker: number | null;
}

const PAD = 0.25;

export function standing(value: number, limits: Limits): Standing {
  if (limits.min !== undefined && value < limits.min) return 'low';
  if (limits.max !== undefined && value > limits.max) return 'high';
  if (limits.warn_min !== undefined && value < limits.warn_min) return 'near-low';
  if (limits.warn_max !== undefined && value > limits.warn_max) return 'near-high';
  return 'ok';
}

export function isOut(standing: Standing): boolean {
  return standing === 'low' || standing === 'high';
}

function edges(limits: Limits): number[] {
  const given = [limits.min, limits.warn_min, limits.warn_max, limits.max].filter((edge) => edge !== undefined);
  return [...new Set(given)].sort((a, b) => a - b);
}

/** The ends of the line: the limits with room on either side. */
function ends(marks: readonly number[]): readonly [number, number] {
  const first = marks[0] ?? 0;
  const last = marks.at(-1) ?? 1;
  const room = last > first ? (last - first) * PAD : Math.max(Math.abs(first) * 0.5, 1);
  return [first - room, last + room];
}

function kindOf(middle: number, limits: Limits): Stretch['kind'] {
  const where = standing(middle, limits);
  if (isOut(where)) return 'bad';
  return where === 'ok' ? 'good' : 'near';
}

const CLOSE = 14;

/** Figures under the line; a warning limit too near to a hard one would only be written over it. */
function ticksOf(marks: readonly number[], limits: Limits, at: (x: number) => number): Tick[] {
  const hard = marks.filter((mark) => mark === limits.min || mark === limits.max);
  const isClear = (mark: number): boolean => hard.every((each) => Math.abs(at(each) - at(mark)) >= CLOSE);
  return marks.filter((mark) => hard.includes(mark) || isClear(mark)).map((value) => ({ at: at(value), value }));
}

/** Lay a reading and its limits on a line from 0 to 100. Without limits there is nothing to draw. */
export function scaleOf(value: number | null, limits: Limits): Scale | null {
  const marks = edges(limits);
  if (marks.length === 0) return null;
  const [from, to] = ends(marks);
  const at = (x: number): number => Math.min(100, Math.max(0, ((x - from) / (to - from)) * 100));
  const stops = [from, ...marks, to];
  const stretches = stops.slice(1).map((stop, n) => {
    const start = stops[n] ?? from;
    return { from: at(start), to: at(stop), kind: kindOf((start + stop) / 2, limits) };
  });
  const marker = value === null ? null : Math.min(98, Math.max(2, at(value)));
  return { stretches, ticks: ticksOf(marks, limits, at), marker };
}
