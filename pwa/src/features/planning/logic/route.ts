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

function nearest(stops: readonly Stop[], first: Stop, urgency: number): Stop[] {
  const left = stops.filter((stop) => stop !== first);
  const route = [first];
  while (left.length > 0) {
    const here = route.at(-1) ?? first;
    const pull = (stop: Stop): number => distance(here, stop) * (1 - (urgency * stop.priority) / 250);
    const next = left.reduce((best, stop) => (pull(stop) < pull(best) ? stop : best));
    route.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return route;
}

const turned = (route: readonly Stop[], from: number, to: number): Stop[] =>
  [...route.slice(0, from), ...route.slice(from, to + 1).reverse(), ...route.slice(to + 1)];

/** The first turn that makes it better, or nothing. */
function betterTurn(route: readonly Stop[], urgency: number, isFixed: boolean): Stop[] | null {
  const cost = costOf(route, urgency);
  for (let from = isFixed ? 1 : 0; from < route.length - 1; from += 1) {
    for (let to = from + 1; to < route.length; to += 1) {
      const other = turned(route, from, to);
      if (costOf(other, urgency) < cost - 1e-9) return other;
    }
  }
  return null;
}

function improved(route: Stop[], urgency: number, isFixed: boolean): Stop[] {
  let best = route;
  for (let next = betterTurn(best, urgency, isFixed); next !== null; next = betterTurn(best, urgency, isFixed)) best = next;
  return best;
}

/** `start`: where the day begins, if that is known; otherwise the best of all beginnings. */
export function routeOf(given: readonly Stop[], { urgency = 0.5, start = null }: { urgency?: number; start?: string | null } = {}): Route {
  const stops = [...given].sort(byId);
  const fixed = stops.find(({ id }) => id === start);
  const firsts = fixed ? [fixed] : stops.slice(0, 12);
  const routes = firsts.map((first) => improved(nearest(stops, first, urgency), urgency, fixed !== undefined));
  const best = routes.reduce<Stop[]>((one, other) => (one.length === 0 || costOf(other, urgency) < costOf(one, urgency) - 1e-9 ? other : one), []);
  return { order: best.map(({ id }) => id), km: lengthOf(best) };
}
