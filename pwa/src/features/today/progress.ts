/** How far an inspection is, by the same rules that the walk itself uses. */
import type { Database } from '@/data/database';
import type { Answer, Asset, Inspection, Location, Unit } from '@/data/records';
import { view } from '@/data/view';
import { answerKey, valuesOf, type Answers, type Context, type Definition, type Place, type Tier, type Value, type Values } from '@/engine/definition';
import { lines } from '@/engine/lines';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Null when this phone does not have the checklist version the inspection was begun with. */
export async function readProgress(db: Database, inspection: Inspection, unit: Unit): Promise<Progress | null> {
  const { children } = view(db);
  const [definition, answers, locations, assets] = await Promise.all([
    db.definitions.get(inspection.definition),
    children('answer', inspection.id),
    children('location', unit.id),
    children('asset', unit.id),
  ]);
  if (!definition) return null;
  const context = contextOf(inspection, unit, locations, assets);
  const given = answersOf(answers);
  const asked = lines(definition.data as Definition, context, given);
  const done = asked.filter(({ target, item }) => isAnswered(valuesOf(given, answerKey(target, item)))).length;
  return { done, total: asked.length };
}

const isAnswered = ({ result, v }: Values): boolean => (result ?? v ?? null) !== null;

function contextOf(inspection: Inspection, unit: Unit, locations: readonly Location[], assets: readonly Asset[]): Context {
  const places: Record<string, Place> = {};
  for (const { id, kind, attributes } of locations) places[id] = { kind, attributes };
  for (const { id, kind } of assets) places[id] = { kind, attributes: [] };
  const targets = Object.values(inspection.target_ids).flat();
  const known = new Set(assets.map(({ id }) => id));
  return {
    unit: { tier: unit.tier as Tier, attributes: unit.attributes, beds: unit.beds },
    places,
    targets: { location: targets.filter((id) => !known.has(id)), asset: targets.filter((id) => known.has(id)) },
    sections: inspection.sections,
    deep_items: inspection.deep_items,
    today: new Date().toLocaleDateString('sv'),
  };
}

function answersOf(rows: readonly Answer[]): Answers {
  return Object.fromEntries(
    rows.map(({ target_id, item_key, fields }) => [
      answerKey(target_id, item_key),
      Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.v as Value])),
    ]),
  );
}
