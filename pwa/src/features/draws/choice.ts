/** What a desk asks of a draw, while it is being filled in and as it is sent. Pure. */
import type { Kind } from './draw';

export interface Choice {
  readonly purpose: string;
  readonly kind: Kind;
  readonly region_id: string;
  readonly sealed: boolean;
  readonly formula: string;
  readonly percent: Readonly<Record<string, number>>;
  readonly count: number;
  readonly reserve: number;
  readonly most: number;
  readonly region_ids: readonly string[];
  readonly tiers: readonly string[];
  readonly attributes: readonly string[];
  readonly rested_days: number | null;
  readonly libraries: readonly string[];
  readonly fields: readonly string[];
  readonly certificates: readonly string[];
  readonly unit_ids: readonly string[];
  readonly after_id: string | null;
  readonly cycle_pairs: number;
  readonly cycle_regions: number;
  readonly own_region: boolean;
}

export interface Exclusion {
  readonly id: string;
  readonly reason: string;
}

const COUNT = 3;
const OF_UNITS = ['tiers', 'attributes', 'rested_days'] as const;
const OF_PEOPLE = ['most', 'libraries', 'fields', 'certificates', 'unit_ids', 'after_id', 'cycle_pairs', 'cycle_regions', 'own_region'] as const;

export const blankChoice = (): Choice => ({
  purpose: '', kind: 'units', region_id: '', sealed: false, formula: 'risk', percent: {}, count: COUNT, reserve: COUNT, most: 1, region_ids: [], tiers: [], attributes: [], rested_days: null, libraries: [], fields: [],
  certificates: [], unit_ids: [], after_id: null, cycle_pairs: 0, cycle_regions: 0, own_region: false,
});

/** The other kind begins with its own formula. */
export const ofKind = (choice: Choice, kind: Kind): Choice => ({ ...choice, kind, formula: kind === 'units' ? 'risk' : 'rested', percent: {}, after_id: null, unit_ids: [] });

/** Only what belongs to the kind is sent. */
export const sentChoice = (choice: Choice, exclusions: readonly Exclusion[]): Readonly<Record<string, unknown>> => {
  const left: readonly string[] = ['purpose', ...(choice.kind === 'units' ? OF_PEOPLE : OF_UNITS)];
  const kept = Object.entries(choice).filter(([key]) => !left.includes(key));
  return { ...Object.fromEntries(kept), exclusions };
};
