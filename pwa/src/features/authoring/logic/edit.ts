/** What one can do to sections and items as a whole. Every step gives a new document. Pure. */
import { isRecord } from '@/data/shape';
import { itemsOf, newFact, newItemKey, newSectionKey } from './keys';
import { listAt, valueAt, withInserted, withMoved, withValue, type Tree } from './pointer';

export interface Spot {
  readonly section: number;
  /** Absent for the section itself. */
  readonly item?: number;
}

export interface Step {
  readonly tree: Tree;
  readonly at: Spot;
}

export const pointerOf = ({ section, item }: Spot): string =>
  item === undefined ? `/sections/${String(section)}` : `/sections/${String(section)}/items/${String(item)}`;

export const itemsPointer = (section: number): string => `/sections/${String(section)}/items`;

const BLANK = { zh: '', en: '' };

const bareItem = (key: string, fact: string): Tree => ({
  key,
  facts: [fact],
  ask: BLANK,
  method: BLANK,
  basis: [],
  answer: { type: 'pass-fail-na', allow_na: true },
  photo: { rule: 'on-fail' },
  weight: 2,
});

const withFacts = (tree: Tree, facts: readonly unknown[]): Tree => withValue(tree, '/header/facts', [...listAt(tree, '/header/facts'), ...facts]);

export function addItem(tree: Tree, at: Spot, used: Iterable<string> = []): Step {
  const section = valueAt(tree, pointerOf({ section: at.section }));
  const fact = newFact(tree);
  const place = at.item === undefined ? listAt(section, '/items').length : at.item + 1;
  const made = withInserted(tree, itemsPointer(at.section), place, bareItem(newItemKey(tree, section, used), fact));
  return { tree: withFacts(made, [fact]), at: { section: at.section, item: place } };
}

export function duplicateItem(tree: Tree, at: Spot, used: Iterable<string> = []): Step {
  const original = valueAt(tree, pointerOf(at));
  if (at.item === undefined || !isRecord(original)) return { tree, at };
  const section = valueAt(tree, pointerOf({ section: at.section }));
  const fact = newFact(tree);
  const copy = { ...original, key: newItemKey(tree, section, used), facts: [fact] };
  return { tree: withFacts(withInserted(tree, itemsPointer(at.section), at.item + 1, copy), [fact]), at: { ...at, item: at.item + 1 } };
}

export function addSection(tree: Tree, at: Spot): Step {
  const place = at.section + 1;
  const bare = { key: newSectionKey(tree), title: BLANK, items: [] };
  return addItem(withInserted(tree, '/sections', place, bare), { section: place });
}

/** The facts that only the removed items carried go with them. */
export function removeAt(tree: Tree, at: Spot): Step {
  const made = withValue(tree, pointerOf(at), undefined);
  const kept = new Set([...itemsOf(made).flatMap((item) => listAt(item, '/facts')), ...listAt(made, '/header/omitted').flatMap((one) => listAt(one, '/facts'))]);
  const lost = new Set(itemsOf(tree).flatMap((item) => listAt(item, '/facts')).filter((fact) => !kept.has(fact)));
  const facts = listAt(made, '/header/facts').filter((fact) => !lost.has(fact));
  return { tree: withValue(made, '/header/facts', facts), at: neighbour(made, at) };
}

function neighbour(tree: Tree, { section, item }: Spot): Spot {
  const last = listAt(tree, '/sections').length - 1;
  if (item === undefined) return { section: Math.max(0, Math.min(section, last)) };
  const count = listAt(tree, itemsPointer(section)).length;
  return count === 0 ? { section } : { section, item: Math.min(item, count - 1) };
}

/** One step up or down; an item at the edge of its section goes on into the next. */
export function move(tree: Tree, at: Spot, by: -1 | 1): Step {
  if (at.item === undefined) {
    const made = withMoved(tree, '/sections', at.section, at.section + by);
    return { tree: made, at: made === tree ? at : { section: at.section + by } };
  }
  const inside = withMoved(tree, itemsPointer(at.section), at.item, at.item + by);
  if (inside !== tree) return { tree: inside, at: { ...at, item: at.item + by } };
  return moveAcross(tree, at.section, at.item, at.section + by, by);
}

function moveAcross(tree: Tree, from: number, item: number, to: number, by: -1 | 1): Step {
  const target = listAt(tree, '/sections')[to];
  if (target === undefined) return { tree, at: { section: from, item } };
  return moveTo(tree, { section: from, item }, { section: to, item: by > 0 ? 0 : listAt(target, '/items').length });
}

export function moveTo(tree: Tree, from: Spot, to: Spot): Step {
  const moved = valueAt(tree, pointerOf(from));
  if (from.item === undefined || to.item === undefined || moved === undefined) return { tree, at: from };
  const without = withValue(tree, pointerOf(from), undefined);
  return { tree: withInserted(without, itemsPointer(to.section), to.item, moved), at: to };
}

export const spotOf = (pointer: string): Spot | null => {
  const found = /^\/sections\/(\d+)(?:\/items\/(\d+))?/.exec(pointer);
  if (!found?.[1]) return null;
  return found[2] === undefined ? { section: Number(found[1]) } : { section: Number(found[1]), item: Number(found[2]) };
};

export const isWithin = (pointer: string, place: string): boolean => pointer === place || pointer.startsWith(`${place}/`);
