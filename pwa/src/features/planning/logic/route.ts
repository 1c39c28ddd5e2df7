/**
 * The order in which one inspector visits some units: short ways, and what is urgent early. Nearest neighbour, then 2-opt
 * until nothing gets better. Distances are straight lines over the ground: roads are not known here. Pure.
 */
export interface Stop {
  readonly id: string;
  readonly lat: number;
  readonly lon: number;
  /** 0 to 100. */
  readonly priority: number;
}

export interface Route {
  readonly order: readonly string[];
  readonly km: number;
}

const EARTH_KM = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function distance(a: Pick<Stop, 'lat' | 'lon'>, b: Pick<Stop, 'lat' | 'lon'>): number {
  const up = Math.sin(radians(b.lat - a.lat) / 2);
  const along = Math.sin(radians(b.lon - a.lon) / 2);
  const half = up * up + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * along * along;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

export const lengthOf = (stops: readonly Stop[]): number =>
  stops.slice(1).reduce((sum, stop, n) => sum + distance(stops[n] ?? stop, stop), 0);

/**
 * Kilometres, and for every stop its urgency times the kilometres before it: with `urgency` 0 only the way counts, with 1 a
 * unit of 100 that waits for 10 km costs as much as 10 km more.
 */
export function costOf(stops: readonly Stop[], urgency: number): number {
  let [way, waiting] = [0, 0];
  for (const [n, stop] of stops.entries()) {
    way += n === 0 ? 0 : distance(stops[n - 1] ?? stop, stop);
    waiting += (stop.priority / 100) * way;
  }
  return way + urgency * waiting;
}

/** Ties are broken by id, so that the same stops always give the same route. */
const byId = (a: Stop, b: Stop): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Every way between two stops, reckoned once. */
type Ways = readonly Float64Array[];
const waysOf = (stops: readonly Stop[]): Ways => stops.map((one) => Float64Array.from(stops, (other) => distance(one, other)));
const cell = (row: ArrayLike<number> | undefined, n: number): number => row?.[n] ?? 0;

interface Task {
  readonly ways: Ways;
  /** How urgent each stop is, from 0 to the weight of urgency. */
  readonly pulls: readonly number[];
}

function nearest({ ways, pulls }: Task, first: number): number[] {
  const left = new Set(pulls.keys());
  left.delete(first);
  const route = [first];
  while (left.size > 0) {
    const here = ways[route.at(-1) ?? first];
    const pull = (stop: number): number => cell(here, stop) * (1 - cell(pulls, stop) / 2.5);
    let next = -1;
    for (const stop of left) if (next < 0 || pull(stop) < pull(next)) next = stop;
    route.push(next);
    left.delete(next);
  }
  return route;
}

/** The way before each place of a route, and the urgencies and their waiting up to there. */
class Sums {
  readonly way: Float64Array;
  readonly pull: Float64Array;
  readonly waiting: Float64Array;

  constructor(route: readonly number[], { ways, pulls }: Task) {
    const length = route.length;
    [this.way, this.pull, this.waiting] = [new Float64Array(length), new Float64Array(length + 1), new Float64Array(length + 1)];
    for (const [n, stop] of route.entries()) {
      if (n > 0) this.way[n] = cell(this.way, n - 1) + cell(ways[cell(route, n - 1)], stop);
      this.pull[n + 1] = cell(this.pull, n) + cell(pulls, stop);
      this.waiting[n + 1] = cell(this.waiting, n) + cell(pulls, stop) * cell(this.way, n);
    }
  }
}

/** What a turn of the part from..to would change, in a few steps whatever the length. */
function gainOf(route: readonly number[], sums: Sums, { ways }: Task, from: number, to: number): number {
  const [first, last] = [cell(route, from), cell(route, to)];
  const within = cell(sums.way, to) - cell(sums.way, from);
  const begins = from === 0 ? 0 : cell(sums.way, from - 1) + cell(ways[cell(route, from - 1)], last);
  const pull = cell(sums.pull, to + 1) - cell(sums.pull, from);
  const waited = cell(sums.waiting, to + 1) - cell(sums.waiting, from);
  const waits = (begins + cell(sums.way, to)) * pull - waited;
  const isEnd = to === route.length - 1;
  const longer = isEnd ? begins + within - cell(sums.way, to) : begins + within + cell(ways[first], cell(route, to + 1)) - cell(sums.way, to + 1);
  const later = isEnd ? 0 : cell(sums.pull, route.length) - cell(sums.pull, to + 1);
  return longer + (waits - waited) + longer * later;
}

/** Kilometres below which a turn is not worth making: far more than what sums of such numbers are off by. */
const WORTH = 1e-7;

function* pairsOf(length: number, first: number): Generator<readonly [number, number]> {
  for (let from = first; from < length - 1; from += 1) for (let to = from + 1; to < length; to += 1) yield [from, to];
}

/** Turns that help are made until none does. */
function improved(given: readonly number[], task: Task, isFixed: boolean): number[] {
  const route = [...given];
  let sums = new Sums(route, task);
  for (let isBetter = true; isBetter;) {
    isBetter = false;
    for (const [from, to] of pairsOf(route.length, isFixed ? 1 : 0)) {
      if (gainOf(route, sums, task, from, to) >= -WORTH) continue;
      route.splice(from, to - from + 1, ...route.slice(from, to + 1).reverse());
      sums = new Sums(route, task);
      isBetter = true;
    }
  }
  return route;
}

/** So many beginnings are tried that a long day is reckoned as fast as a short one. */
const startsFor = (count: number): number => Math.max(2, Math.min(12, Math.floor(600 / count)));

/** `start`: where the day begins, if that is known; otherwise the best of several beginnings. */
export function routeOf(given: readonly Stop[], { urgency = 0.5, start = null }: { urgency?: number; start?: string | null } = {}): Route {
  const stops = [...given].sort(byId);
  const task: Task = { ways: waysOf(stops), pulls: stops.map(({ priority }) => (urgency * priority) / 100) };
  const fixed = stops.findIndex(({ id }) => id === start);
  const firsts = fixed >= 0 ? [fixed] : [...stops.keys()].slice(0, startsFor(stops.length));
  const inWords = (route: readonly number[]): Stop[] => route.flatMap((n) => stops[n] ?? []);
  const routes = firsts.map((first) => inWords(improved(nearest(task, first), task, fixed >= 0)));
  const best = routes.reduce<Stop[]>((one, other) => (one.length === 0 || costOf(other, urgency) < costOf(one, urgency) - 1e-9 ? other : one), []);
  return { order: best.map(({ id }) => id), km: lengthOf(best) };
}
