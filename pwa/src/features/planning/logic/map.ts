/** Coordinates on paper: a flat picture of a small part of the earth, in kilometres, and a window onto it. Pure. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

export type Point = readonly [number, number];

export interface Ground {
  /** East and north of the middle, in kilometres. */
  readonly project: (place: Place) => Point;
}

/** What of the ground is seen: its middle in kilometres, and pixels for each of them. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly perKm: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly margin: number;
}

const KM_PER_DEGREE = 111.19;
const NICE = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const [WIDEST_KM, MOST_PER_KM] = [0.4, 4000] as const;

const middleOf = (all: readonly number[]): number => {
  const [low, high] = all.reduce(([a, b], one) => [Math.min(a, one), Math.max(b, one)], [Infinity, -Infinity]);
  return Number.isFinite(low) ? (low + high) / 2 : 0;
};

export function groundOf(places: readonly Place[]): Ground {
  const middle = middleOf(places.map(({ lat }) => lat));
  const centre = middleOf(places.map(({ lon }) => lon));
  const narrow = Math.max(0.05, Math.cos((middle * Math.PI) / 180));
  return { project: ({ lat, lon }) => [(lon - centre) * narrow * KM_PER_DEGREE, (lat - middle) * KM_PER_DEGREE] };
}

/** All of it within the frame, north up, the same scale in both directions; one place alone is not blown up. */
export function wholeView(points: readonly Point[], { width, height, margin }: Frame): View {
  const [x, y] = [middleOf(points.map(([east]) => east)), middleOf(points.map(([, north]) => north))];
  const wide = 2 * Math.max(WIDEST_KM, ...points.map(([east]) => Math.abs(east - x)));
  const high = 2 * Math.max(WIDEST_KM, ...points.map(([, north]) => Math.abs(north - y)));
  return { x, y, perKm: Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high) };
}

export const onPaper = ([east, north]: Point, view: View, { width, height }: Frame): Point => [
  width / 2 + (east - view.x) * view.perKm, height / 2 - (north - view.y) * view.perKm,
];

export const moved = (view: View, right: number, down: number): View => ({ ...view, x: view.x + right / view.perKm, y: view.y - down / view.perKm });

/** Nearer or farther, never farther than the whole. */
export function zoomed(view: View, factor: number, whole: View): View {
  const perKm = Math.min(MOST_PER_KM, view.perKm * factor);
  return perKm <= whole.perKm * 1.01 ? whole : { ...view, perKm };
}

export interface Bar {
  readonly km: number;
  readonly width: number;
}

/** A round number of kilometres that is about a fifth of the picture. */
export function barOf({ perKm }: View, { width }: Frame): Bar {
  const km = NICE.findLast((one) => one * perKm <= width / 5) ?? NICE[0] ?? 0.05;
  return { km, width: km * perKm };
}

/** The lines of a net of squares as wide as the bar, fixed to the ground: it moves with the units. */
export function netOf(view: View, frame: Frame): { readonly across: readonly number[]; readonly down: readonly number[] } {
  const { km } = barOf(view, frame);
  const lines = (middle: number, length: number): readonly number[] => {
    const half = length / 2 / view.perKm;
    const first = Math.ceil((middle - half) / km);
    const count = Math.max(0, Math.floor((middle + half) / km) - first + 1);
    return Array.from({ length: count }, (_, n) => length / 2 + ((first + n) * km - middle) * view.perKm);
  };
  return { across: lines(view.x, frame.width), down: lines(view.y, frame.height).map((up) => frame.height - up) };
}

const FAR_KM = 60;

/** Places far from all others are most likely mistyped, and would shrink the rest to a dot. */
export function strays<P extends Place>(places: readonly P[]): ReadonlySet<P> {
  if (places.length < 3) return new Set();
  const middle = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const heart = { lat: middle(places.map(({ lat }) => lat)), lon: middle(places.map(({ lon }) => lon)) };
  const narrow = Math.max(0.05, Math.cos((heart.lat * Math.PI) / 180));
  const away = places.map(({ lat, lon }) => Math.hypot(lat - heart.lat, (lon - heart.lon) * narrow) * KM_PER_DEGREE);
  const limit = Math.max(FAR_KM, 8 * middle(away));
  return new Set(places.filter((_, n) => (away[n] ?? 0) > limit));
}
