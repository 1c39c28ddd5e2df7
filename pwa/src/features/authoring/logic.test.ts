import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fire from '../../../../checklists/fire.json';
import type { Condition } from '@/engine/definition';
import { holds } from '@/engine/conditions';
import { fromGroup, toGroup } from './logic/conditions';
import { addItem, addSection, duplicateItem, move, removeAt, type Spot, type Step } from './logic/edit';
import { begin, change, redo, undo } from './logic/history';
import { itemsOf, newFact } from './logic/keys';
import { marked, onlyChanged } from './logic/marks';
import { outlineOf, overlayOutline } from './logic/outline';
import { listAt, valueAt, withMoved, withValue, type Tree } from './logic/pointer';

const TREE = fire as unknown as Tree;
const keysOf = (tree: Tree): readonly unknown[] => itemsOf(tree).map((item) => valueAt(item, '/key'));
const sorted = (keys: readonly unknown[]): readonly unknown[] => [...keys].sort();

/** Every fact of the header is carried once or omitted: what the server checks. */
function expectFactsCarried(tree: Tree): void {
  const carried = [...itemsOf(tree).flatMap((item) => listAt(item, '/facts')), ...listAt(tree, '/header/omitted').flatMap((one) => listAt(one, '/facts'))];
  expect(sorted(carried)).toEqual(sorted(listAt(tree, '/header/facts')));
  expect(new Set(keysOf(tree)).size).toBe(keysOf(tree).length);
}

describe('pointers', () => {
  it('a value is put where it belongs, and the document one had stays as it was', () => {
    const before = JSON.stringify(TREE);
    const made = withValue(TREE, '/sections/0/items/1/ask/zh', 'X');
    expect(valueAt(made, '/sections/0/items/1/ask/zh')).toBe('X');
    expect(valueAt(made, '/sections/1')).toBe(valueAt(TREE, '/sections/1'));
    expect(JSON.stringify(TREE)).toBe(before);
  });
  it('what loses its last entry goes with it, except the changes of an overlay', () => {
    expect(withValue({ rotation: { per_visit: 3 }, minutes: 1 }, '/rotation/per_visit', undefined)).toEqual({ minutes: 1 });
    expect(withValue({ items: { 'a.b': { limits: { v: { min: 1 } } } } }, '/items/a.b/limits/v/min', undefined)).toEqual({ items: {} });
  });
  it('a slash in a key is a part of it', () => {
    expect(withValue({}, '/a~1b/c~0d', 1)).toEqual({ 'a/b': { 'c~d': 1 } });
  });
  it('nothing moves beyond an end', () => {
    expect(withMoved(TREE, '/sections', 0, -1)).toBe(TREE);
  });
});

describe('sections and items', () => {
  const steps = fc.array(fc.record({ what: fc.constantFrom('add', 'section', 'copy', 'remove', 'up', 'down'), section: fc.nat(12), item: fc.option(fc.nat(12)) }), { maxLength: 25 });
  function take(tree: Tree, what: string, at: Spot): Step {
    if (what === 'add') return addItem(tree, at);
    if (what === 'section') return addSection(tree, at);
    if (what === 'copy') return duplicateItem(tree, at);
    if (what === 'remove') return removeAt(tree, at);
    return move(tree, at, what === 'up' ? -1 : 1);
  }
  function spotIn(tree: Tree, section: number, item: number | null): Spot | null {
    const count = listAt(tree, '/sections').length;
    if (count === 0) return null;
    const s = section % count;
    const items = listAt(tree, `/sections/${String(s)}/items`).length;
    return item === null || items === 0 ? { section: s } : { section: s, item: item % items };
  }
  it('whatever is done, keys stay unique and every fact is accounted for; undoing all gives the beginning', () => {
    fc.assert(fc.property(steps, (list) => {
      let history = begin(TREE);
      for (const { what, section, item } of list) {
        const at = spotIn(history.present, section, item);
        if (at) history = change(history, take(history.present, what, at).tree);
        expectFactsCarried(history.present);
      }
      const end = history.present;
      while (history.past.length > 0) history = undo(history);
      expect(history.present).toBe(TREE);
      while (history.future.length > 0) history = redo(history);
      expect(history.present).toBe(end);
    }), { numRuns: 60 });
  });
  it('an item at the edge goes on into the next section', () => {
    const last = listAt(TREE, '/sections/0/items').length - 1;
    const { tree, at } = move(TREE, { section: 0, item: last }, 1);
    expect(at).toEqual({ section: 1, item: 0 });
    expect(valueAt(tree, '/sections/1/items/0/key')).toBe(valueAt(TREE, `/sections/0/items/${String(last)}/key`));
  });
  it('a key that was ever used is not given again', () => {
    const first = addItem(TREE, { section: 0 });
    const key = String(valueAt(first.tree, `/sections/0/items/${String(first.at.item)}/key`));
    const second = addItem(TREE, { section: 0 }, [key]);
    expect(valueAt(second.tree, `/sections/0/items/${String(second.at.item)}/key`)).not.toBe(key);
  });
  it('facts go on after 99', () => {
    const facts = Array.from({ length: 99 }, (_, n) => `AB-${String(n + 1).padStart(2, '0')}`);
    expect(newFact({ header: { facts } })).toBe('ABA-01');
  });
});

describe('typing', () => {
  it('in one field is one step', () => {
    let history = begin<Tree>({ a: '' });
    for (const a of ['x', 'xy', 'xyz']) history = change(history, { a }, '/a');
    expect(history.past).toHaveLength(1);
    expect(undo(history).present).toEqual({ a: '' });
  });
});

describe('conditions', () => {
  const REFS = ['unit.tier', 'unit.beds', 'a.b', 'a.b.c'];
  const scalar = fc.oneof(fc.constantFrom('pass', 'fail', 'hospital'), fc.integer({ min: 0, max: 9 }), fc.boolean());
  const ref = fc.constantFrom(...REFS);
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small' },
      fc.record({ equals: fc.tuple(ref, scalar) }),
      fc.record({ in: fc.tuple(ref, fc.array(scalar, { minLength: 1, maxLength: 3 })) }),
      fc.record({ compare: fc.tuple(ref, fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const), fc.integer({ min: 0, max: 9 })) }),
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  it('come back from the builder with the same meaning', () => {
    const values = fc.record(Object.fromEntries(REFS.map((name) => [name, fc.option(scalar)])));
    fc.assert(fc.property(condition, values, (given, known) => {
      const made = fromGroup(toGroup(given));
      expect(made).toBeDefined();
      if (made) expect(holds(made, (name) => known[name] ?? null)).toBe(holds(given, (name) => known[name] ?? null));
    }));
  });
  it('of our own checklists come back as they were', () => {
    const whens = itemsOf(TREE).map((item) => valueAt(item, '/when') as Condition | undefined).filter((when) => when !== undefined);
    expect(whens.length).toBeGreaterThan(0);
    for (const when of whens) expect(fromGroup(toGroup(when))).toEqual(when);
  });
  it('without a line are no condition', () => {
    expect(fromGroup(toGroup(undefined))).toBeUndefined();
  });
});

describe('marked words', () => {
  it('shows of a list only what came and went', () => {
    expect(onlyChanged(['a', 'b'], ['b', 'c'])).toEqual([['a'], ['c']]);
    expect(onlyChanged(['a', 'b'], ['b', 'a'])).toEqual([['a', 'b'], ['b', 'a']]);
    expect(onlyChanged([{ key: 'a' }], ['b'])).toEqual([[{ key: 'a' }], ['b']]);
  });
  it('give both texts back, and keep what is common', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (from, to) => {
      const marks = marked(from, to);
      const side = (kind: 'gone' | 'new'): string => marks.filter((mark) => mark.kind === 'same' || mark.kind === kind).map((mark) => mark.text).join('');
      expect([side('gone'), side('new')]).toEqual([from, to]);
    }));
    expect(marked('check every 3 days', 'check every 5 days').filter((mark) => mark.kind !== 'same')).toEqual([{ kind: 'gone', text: '3' }, { kind: 'new', text: '5' }]);
  });
});

describe('the tree', () => {
  it('names every item with its mistakes', () => {
    const found = outlineOf(TREE, [{ pointer: '/sections/0/items/1/ask/zh', zh: '', en: '' }, { pointer: '/sections/0/title', zh: '', en: '' }]);
    expect(found[0]?.mistakes).toBe(1);
    expect(found[0]?.items.map((item) => item.mistakes).slice(0, 3)).toEqual([0, 1, 0]);
    expect(found.flatMap((heading) => heading.items)).toHaveLength(itemsOf(TREE).length);
  });
  it('of an overlay tells what is whose', () => {
    const [first, second] = keysOf(TREE).map(String);
    const overlay = { key: 'fire', items: { [String(first)]: { weight: 5 } }, sections: [], added: [{ section: 'x', after: null, item: { key: String(second) } }] };
    const found = overlayOutline(fire as never, overlay, []).flatMap((heading) => heading.items);
    expect(found.slice(0, 3).map((item) => item.origin)).toEqual(['changed', 'own', 'base']);
    expect(found[1]?.at).toBe('/added/0/item');
  });
});
