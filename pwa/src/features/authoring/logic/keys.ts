/** Names that a clerk need not think of: keys of items, sections, readings and options, and ids of facts. Pure. */
import { isRecord } from '@/data/shape';
import { listAt, valueAt, type Tree } from './pointer';

const textAt = (tree: unknown, pointer: string): string => {
  const found = valueAt(tree, pointer);
  return typeof found === 'string' ? found : '';
};

/** Every item of a checklist, the broken ones too. */
export const itemsOf = (tree: Tree): readonly Tree[] =>
  listAt(tree, '/sections').flatMap((section) => listAt(section, '/items').filter(isRecord));

/** The first of `start1`, `start2` … that nothing is called by yet. */
export function freeName(start: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  for (let n = 1; ; n += 1) if (!known.has(`${start}${String(n)}`)) return `${start}${String(n)}`;
}

const keysOf = (list: readonly unknown[]): readonly string[] => list.map((one) => textAt(one, '/key'));

/** `fire.exits.n4`: the area, the section, a number. A key that was ever used in this document is not given again. */
export function newItemKey(tree: Tree, section: unknown, used: Iterable<string> = []): string {
  const area = textAt(itemsOf(tree)[0], '/key').split('.')[0] || textAt(tree, '/key').split('-')[0] || 'item';
  const place = (textAt(section, '/key') || 'n').replaceAll('_', '-');
  return freeName(`${area}.${place}.n`, [...keysOf(itemsOf(tree)), ...used]);
}

/** An item that a region adds: `r990102.fire.n1`. */
export const newLocalKey = (tree: Tree, prefix: string, used: Iterable<string>): string =>
  freeName(`${prefix}.${textAt(tree, '/key').replaceAll('-', '')}.n`, [...keysOf(itemsOf(tree)), ...used]);

export const newSectionKey = (tree: Tree): string => freeName('part-', keysOf(listAt(tree, '/sections')));
/** A heading that a region adds: `r990102-part-1`. */
export const newLocalSectionKey = (tree: Tree, prefix: string): string => freeName(`${prefix}-part-`, keysOf(listAt(tree, '/sections')));
export const newKeyIn = (start: string, list: readonly unknown[]): string => freeName(start, keysOf(list));

const FACT = /^([A-Z]{2,5})-(\d{2})$/;

/** The next free number behind the letters that most facts here begin with. */
export function newFact(tree: Tree, letters?: string): string {
  const facts = listAt(tree, '/header/facts').filter((fact) => typeof fact === 'string');
  const own = letters ?? FACT.exec(facts[0] ?? '')?.[1] ?? 'LOCAL';
  const taken = new Set([...facts, ...itemsOf(tree).flatMap((item) => listAt(item, '/facts'))]);
  for (let n = 1; n < 100; n += 1) {
    const fact = `${own}-${String(n).padStart(2, '0')}`;
    if (!taken.has(fact)) return fact;
  }
  return newFact(tree, nextLetters(own));
}

/** After FIRE-99 comes FIREA-01. */
const nextLetters = (letters: string): string => {
  if (letters.length < 5) return `${letters}A`;
  const last = letters.codePointAt(4) ?? 65;
  return `${letters.slice(0, 4)}${String.fromCodePoint(last >= 90 ? 65 : last + 1)}`;
};
