/** Places and devices of a unit, as the walk names them. */

import type { Asset, Location, Unit } from '@/data/records';
import type { Context, Repeat, Tier } from '@/engine/definition';

export interface Spot {
  readonly id: string;
  readonly over: 'location' | 'asset';
  readonly kind: string;
  readonly name: string;
  /** The whole way to it, for watermarks and hazards. */
  readonly path: string;
  readonly attributes: readonly string[];
  /** Of a device: where it stands. */
  readonly location: string | null;
}

export function spotsOf(locations: readonly Location[], assets: readonly Asset[]): Map<string, Spot> {
  const paths = new Map(locations.map((row) => [row.id, row.path === '' ? row.name : row.path]));
  const places = locations.map((row): Spot => ({
    id: row.id, over: 'location', kind: row.kind, name: row.name, path: paths.get(row.id) ?? row.name, attributes: row.attributes, location: null,
  }));
  const devices = assets.map((row): Spot => ({
    id: row.id, over: 'asset', kind: row.kind, name: row.name, attributes: [], location: row.location_id,
    path: row.location_id ? `${paths.get(row.location_id) ?? ''} / ${row.name}` : row.name,
  }));
  return new Map([...places, ...devices].map((spot) => [spot.id, spot]));
}

/** Which part of the checklist is walked; null is all of it. */
export type Part = Pick<Context, 'sections' | 'deep_items'>;

const TIERS = new Set(['hospital', 'township', 'community', 'village', 'clinic', 'cdc', 'other']);

export function contextOf(
  unit: Unit,
  spots: ReadonlyMap<string, Spot>,
  targets: Readonly<Record<string, readonly string[]>>,
  today: string,
  part: Part = {},
): Context {
  const tier = (TIERS.has(unit.tier) ? unit.tier : 'other') as Tier;
  const places = Object.fromEntries([...spots.values()].map(({ id, kind, attributes, name }) => [id, { kind, attributes, name }]));
  return {
    unit: { tier, attributes: unit.attributes, beds: unit.beds },
    places,
    targets: { location: targets['location'] ?? [], asset: targets['asset'] ?? [] },
    today,
    sections: part.sections ?? null,
    deep_items: part.deep_items ?? null,
  };
}

/** The spots a repeated section or item is walked for. */
export function suited(spots: Iterable<Spot>, repeat: Repeat): Spot[] {
  return [...spots].filter((spot) => spot.over === repeat.over && (repeat.kinds?.includes(spot.kind) ?? true));
}

/** Today as a calendar day where the phone is. */
export function today(now: number = Date.now()): string {
  const at = new Date(now);
  return `${String(at.getFullYear())}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}
