/** Which of the items that take turns are asked at this visit: replayable, never to be foreseen. */
import type { Condition, Context, Definition, Item, Section } from './definition';
import { holds } from './conditions';
import { isDeep, isGeneral, isInPart, unitValue } from './lines';

/** When each deep item was checked last at this unit; null or absent when that is not known. */
export type LastChecks = Readonly<Record<string, number | null>>;

/**
 * Draw the deep items of one visit, in walking order. Those checked longest ago go first, unknown before all; ties are
 * broken by the seed, the identifier of the visit.
 */
export function draw(definition: Definition, context: Context, seed: string, last: LastChecks): string[] {
  const candidates = candidatesOf(definition, context).map((item) => item.key);
  const turn = candidates.map((key) => ({ key, last: lastOf(last, key), mix: mixed(`${seed}|${key}`) }));
  turn.sort((a, b) => a.last - b.last || a.mix - b.mix || (a.key < b.key ? -1 : 1));
  const drawn = new Set(turn.slice(0, definition.rotation?.per_visit ?? 0).map(({ key }) => key));
  return candidates.filter((key) => drawn.has(key));
}

const lastOf = (last: LastChecks, key: string): number =>
  (Object.hasOwn(last, key) ? last[key] : null) ?? Number.NEGATIVE_INFINITY;

/** Spread a plain text over 32 bits: FNV-1a and a last stir, because it ends in like words. */
export function mixed(text: string): number {
  let found = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) found = Math.imul(found ^ text.charCodeAt(at), 0x01000193);
  found = Math.imul(found ^ (found >>> 16), 0x85ebca6b);
  found = Math.imul(found ^ (found >>> 13), 0xc2b2ae35);
  return (found ^ (found >>> 16)) >>> 0;
}

/** The deep items that this unit may be asked; what answers decide is still open. */
export function candidatesOf(definition: Definition, context: Context): Item[] {
  const fits = (part: Section | Item): boolean => mayHold(part.when, context);
  const sections = definition.sections.filter((section) => isInPart(section, context) && fits(section));
  return sections.flatMap((section) =>
    section.items.filter((item) => isDeep(item) && (item.tiers?.includes(context.unit.tier) ?? true) && fits(item)),
  );
}

const mayHold = (when: Condition | undefined, context: Context): boolean =>
  when === undefined || !isGeneral(when) || holds(when, (ref) => unitValue(ref.slice(5), context));
