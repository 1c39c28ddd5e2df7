/** Reading and changing a document by JSON pointer, without changing the document one was given. Pure. */
import { isRecord } from '@/data/shape';

export type Tree = Readonly<Record<string, unknown>>;

export const partsOf = (pointer: string): readonly string[] =>
  pointer === '' ? [] : pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

export const join = (pointer: string, part: string | number): string =>
  `${pointer}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const childOf = (value: unknown, part: string): unknown => {
  if (Array.isArray(value)) return (value as readonly unknown[])[Number(part)];
  return isRecord(value) ? value[part] : undefined;
};

export const valueAt = (tree: unknown, pointer: string): unknown => partsOf(pointer).reduce(childOf, tree);

/** The list of an overlay's changes may be empty; any other object that loses its last entry goes with it. */
const MAY_BE_EMPTY = new Set(['', '/items']);

/** Put a value at a place; `undefined` takes the place away. What lies on the way is made when it is missing. */
export function withValue(tree: Tree, pointer: string, value: unknown): Tree {
  const made = put(tree, partsOf(pointer), value) as Tree;
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  const left = value === undefined ? valueAt(made, parent) : undefined;
  const isBare = isRecord(left) && Object.keys(left).length === 0 && !MAY_BE_EMPTY.has(parent);
  return isBare ? withValue(made, parent, undefined) : made;
}

function put(node: unknown, parts: readonly string[], value: unknown): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (Array.isArray(node)) return putInList(node, Number(part), rest, value);
  const from = isRecord(node) ? node : {};
  const made = put(from[part], rest, value);
  if (made !== undefined) return { ...from, [part]: made };
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== part));
}

function putInList(list: readonly unknown[], at: number, rest: readonly string[], value: unknown): unknown[] {
  const made = put(list[at], rest, value);
  return made === undefined ? list.filter((_, n) => n !== at) : list.with(at, made);
}

export const listAt = (tree: unknown, pointer: string): readonly unknown[] => {
  const found = valueAt(tree, pointer);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
};

export const withInserted = (tree: Tree, pointer: string, at: number, value: unknown): Tree =>
  withValue(tree, pointer, listAt(tree, pointer).toSpliced(at, 0, value));

/** One step up or down in a list; nothing at its ends. */
export function withMoved(tree: Tree, pointer: string, from: number, to: number): Tree {
  const list = listAt(tree, pointer);
  if (to < 0 || to >= list.length) return tree;
  return withValue(tree, pointer, list.toSpliced(from, 1).toSpliced(to, 0, list[from]));
}
