/** Coordinates on paper: a flat picture of a small part of the earth, with a bar that tells its scale. Pure. */
export interface Spot {
  readonly id: string;
  readonly lat: number;
  readonly lon: number;
}

export interface Picture {
  readonly at: (spot: Pick<Spot, 'lat' | 'lon'>) => readonly [number, number];
  readonly bar: { readonly km: number; readonly width: number };
}

const KM_PER_DEGREE = 111.19;
const NICE = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** All spots within the frame, north up, the same scale in both directions. */
export function pictureOf(spots: readonly Pick<Spot, 'lat' | 'lon'>[], width: number, height: number, margin = 48): Picture {
  const lats = spots.map(({ lat }) => lat);
  const lons = spots.map(({ lon }) => lon);
  const [south, north, west, east] = spots.length === 0 ? [0, 0, 0, 0] : [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const [middle, centre] = [(south + north) / 2, (west + east) / 2];
  const narrow = Math.max(0.05, Math.cos((middle * Math.PI) / 180));
  const [kmWide, kmHigh] = [(east - west) * narrow * KM_PER_DEGREE, (north - south) * KM_PER_DEGREE];
  const fits = Math.min((width - 2 * margin) / Math.max(kmWide, 0.001), (height - 2 * margin) / Math.max(kmHigh, 0.001));
  const perKm = Math.min(fits, (width - 2 * margin) / 1);
  const km = NICE.findLast((one) => one * perKm <= width / 4) ?? NICE[0] ?? 0.1;
  return {
    at: ({ lat, lon }) => [width / 2 + (lon - centre) * narrow * KM_PER_DEGREE * perKm, height / 2 - (lat - middle) * KM_PER_DEGREE * perKm],
    bar: { km, width: km * perKm },
  };
}

const [LABEL_WIDTH, LABEL_HEIGHT] = [72, 18] as const;

/** Whose name has room: the first in the list first, so that names never lie on each other. */
export function namedSpots(spots: readonly Spot[], picture: Picture): ReadonlySet<string> {
  const taken: (readonly [number, number])[] = [];
  return new Set(spots.flatMap((spot) => {
    const [x, y] = picture.at(spot);
    if (taken.some(([a, b]) => Math.abs(a - x) < LABEL_WIDTH && Math.abs(b - y) < LABEL_HEIGHT)) return [];
    taken.push([x, y]);
    return [spot.id];
  }));
}
