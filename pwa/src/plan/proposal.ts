/** What has to be chosen before a visit can begin, and what is proposed. */

import type { Definition, Repeat } from '@/engine/definition';
import { suited, type Spot } from './spots';

/** More places than this are a choice of their own. */
const MANY = 40;

/** What the checklist is repeated over, each kind of repetition once. */
export function repeatsOf(definition: Definition): Repeat[] {
  const all = definition.sections.flatMap((section) => [section.repeat, ...section.items.map((item) => item.repeat)]);
  const seen = new Map<string, Repeat>();
  for (const repeat of all) if (repeat) seen.set(JSON.stringify(repeat), repeat);
  return [...seen.values()];
}

/** Places and devices that this checklist can be walked for. */
export function choosable(definition: Definition, spots: ReadonlyMap<string, Spot>): Spot[] {
  const found = new Map(repeatsOf(definition).flatMap((repeat) => suited(spots.values(), repeat)).map((spot) => [spot.id, spot]));
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path, 'zh', { numeric: true }));
}

export interface Wish {
  readonly location: string | null;
  readonly asset: string | null;
  readonly planned: readonly string[];
}

const within = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer} / `);

function wanted(spots: ReadonlyMap<string, Spot>, { location, asset, planned }: Wish): readonly string[] {
  if (planned.length > 0) return planned;
  const at = location ?? spots.get(asset ?? '')?.location;
  return at ? [at] : [];
}

/** Where one stands or what was planned; else everything, while that is not too much. */
export function proposed(choices: readonly Spot[], spots: ReadonlyMap<string, Spot>, wish: Wish): string[] {
  if (wish.asset && choices.some((spot) => spot.id === wish.asset)) return [wish.asset];
  const paths = wanted(spots, wish).flatMap((id) => spots.get(id)?.path ?? []);
  const here = choices.filter((spot) => paths.some((path) => within(spot.path, path)));
  if (here.length > 0) return here.map((spot) => spot.id);
  if (paths.length > 0) return around(choices, paths);
  return choices.length <= MANY ? choices.map((spot) => spot.id) : [];
}

/** Nothing of the kind is inside a room: then what the room is in, its own floor and building, and no other. */
const around = (choices: readonly Spot[], paths: readonly string[]): string[] =>
  choices.filter((spot) => paths.some((path) => within(path, spot.path))).map((spot) => spot.id);
