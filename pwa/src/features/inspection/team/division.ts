/** Who takes on which part of an inspection. A part is a section, or a place or device of a repeated section. Pure. */
import type { Part } from '@/data/records';
import type { Spot } from '@/plan/spots';
import { NO_TALLY, sum, type Tally } from '../logic/tally';
import type { Leg } from '../logic/walk';

export const sectionPart = (section: string): string => `section:${section}`;
export const targetPart = (target: string): string => `target:${target}`;

type Parts = ReadonlyMap<string, Part>;

export const partsBy = (parts: readonly Part[]): Parts => new Map(parts.map((row) => [row.part, row]));

type Where = Pick<Leg, 'section' | 'target'>;

const later = (a: Part | undefined, b: Part | undefined): Part | undefined => {
  if (a === undefined || a.person_id === null) return b;
  if (b === undefined || b.person_id === null) return a;
  return a.said_at >= b.said_at ? a : b;
};

/** Of the place's and the section's word the later stands; nobody when both are silent. */
export function ownerOf(parts: Parts, { section, target }: Where): string | null {
  const place = target === '' ? undefined : parts.get(targetPart(target));
  return later(place, parts.get(sectionPart(section)))?.person_id ?? null;
}

/** What one tap takes over here: the place where there is one, else the section. */
export const partAt = ({ section, target }: Where): string => (target === '' ? sectionPart(section) : targetPart(target));

export interface PartRow {
  readonly key: string;
  /** What is taken on with one tap. */
  readonly parts: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly tally: Tally;
  /** Null: nobody. */
  readonly owner: string | null;
  /** Several people share it. */
  readonly mixed: boolean;
  /** Who has answered in it, most first. */
  readonly active: readonly string[];
}

export interface Ground {
  readonly legs: readonly Leg[];
  readonly tallies: readonly Tally[];
  readonly parts: Parts;
  /** How many answers each person gave, leg by leg. */
  readonly authors: readonly ReadonlyMap<string, number>[];
  readonly spots: ReadonlyMap<string, Spot>;
  readonly titleOf: (section: string) => string;
}

function together(counts: readonly (ReadonlyMap<string, number> | undefined)[]): string[] {
  const all = new Map<string, number>();
  for (const one of counts) for (const [person, n] of one ?? []) all.set(person, (all.get(person) ?? 0) + n);
  return [...all].sort((a, b) => b[1] - a[1]).map(([person]) => person);
}

function rowOf(ground: Ground, key: string, legs: readonly number[], parts: readonly string[], words: { readonly title: string; readonly text: string }): PartRow {
  const owners = new Set(legs.map((n) => ownerOf(ground.parts, ground.legs[n] ?? { section: '', target: '' })));
  return {
    key, parts, ...words,
    tally: sum(legs.map((n) => ground.tallies[n] ?? NO_TALLY)),
    owner: owners.size === 1 ? ([...owners][0] ?? null) : null,
    mixed: owners.size > 1,
    active: together(legs.map((n) => ground.authors[n])),
  };
}

function grouped<K>(count: number, keyOf: (n: number) => K | null): Map<K, number[]> {
  const found = new Map<K, number[]>();
  for (let n = 0; n < count; n += 1) {
    const key = keyOf(n);
    if (key === null) continue;
    found.set(key, [...(found.get(key) ?? []), n]);
  }
  return found;
}

/** All sections, whole. */
export function sectionRows(ground: Ground): PartRow[] {
  const legs = grouped(ground.legs.length, (n) => ground.legs[n]?.section ?? null);
  return [...legs].map(([section, own]) => rowOf(ground, `s:${section}`, own, [sectionPart(section)], { title: ground.titleOf(section), text: '' }));
}

const SEPARATOR = ' / ';

/** The floor or building that a place is in: its path without its own name; a floor is in itself. */
export function floorOf(spot: Spot | undefined): string {
  if (spot?.kind === 'floor') return spot.path;
  const path = spot?.path.split(SEPARATOR) ?? [];
  return path.length > 1 ? path.slice(0, -1).join(SEPARATOR) : (path[0] ?? '');
}

const compare = (a: PartRow, b: PartRow): number => a.title.localeCompare(b.title, 'zh', { numeric: true });

/** Floors, each with all its places; none where the walk has no places. */
export function floorRows(ground: Ground): PartRow[] {
  const legs = grouped(ground.legs.length, (n) => {
    const target = ground.legs[n]?.target ?? '';
    return target === '' ? null : floorOf(ground.spots.get(target));
  });
  return [...legs]
    .map(([floor, own]) => {
      const targets = [...new Set(own.map((n) => ground.legs[n]?.target ?? ''))];
      return rowOf(ground, `f:${floor}`, own, targets.map(targetPart), { title: floor, text: '' });
    })
    .sort(compare);
}

/** The places, one by one. */
export function placeRows(ground: Ground): PartRow[] {
  const legs = grouped(ground.legs.length, (n) => ground.legs[n]?.target || null);
  return [...legs]
    .map(([target, own]) => {
      const spot = ground.spots.get(target);
      return rowOf(ground, `t:${target}`, own, [targetPart(target)], { title: spot?.name ?? target, text: floorOf(spot) });
    })
    .sort((a, b) => a.text.localeCompare(b.text, 'zh', { numeric: true }) || compare(a, b));
}

/** Several people work there, or somebody works in what another took on. */
export const isShared = (row: PartRow): boolean => row.active.length > 1 || (row.owner !== null && row.active.some((person) => person !== row.owner));
