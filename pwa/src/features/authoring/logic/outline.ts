/** Sections and items as the tree at the left shows them, for a checklist and for what a region lays over one. Pure. */
import { isRecord, text } from '@/data/shape';
import type { Definition } from '@/engine/definition';
import type { Mistake } from '../api';
import { isWithin } from './edit';
import { join, listAt, valueAt, type Tree } from './pointer';

export interface Entry {
  /** Where its form writes; of an untouched item under an overlay, where its change would stand. */
  readonly at: string;
  readonly key: string;
  readonly words: { readonly zh: string; readonly en: string };
  /** base: of the checklist below; changed: made stricter here; own: added here. */
  readonly origin: 'own' | 'base' | 'changed';
  readonly mistakes: number;
}

export interface Heading extends Entry {
  readonly items: readonly Entry[];
}

const wordsAt = (tree: unknown, pointer: string): Entry['words'] => {
  const found = valueAt(tree, pointer);
  return isRecord(found) ? { zh: text(found['zh']), en: text(found['en']) } : { zh: '', en: '' };
};

const countIn = (mistakes: readonly Mistake[], place: string): number => mistakes.filter((one) => isWithin(one.pointer, place)).length;

export function outlineOf(tree: Tree, mistakes: readonly Mistake[]): readonly Heading[] {
  return listAt(tree, '/sections').map((section, s) => {
    const at = `/sections/${String(s)}`;
    const items = listAt(section, '/items').map((item, n): Entry => {
      const place = `${at}/items/${String(n)}`;
      return { at: place, key: text(valueAt(item, '/key')), words: wordsAt(item, '/ask'), origin: 'own', mistakes: countIn(mistakes, place) };
    });
    const own = countIn(mistakes, at) - items.reduce((sum, item) => sum + item.mistakes, 0);
    return { at, key: text(valueAt(section, '/key')), words: wordsAt(section, '/title'), origin: 'own', mistakes: own, items };
  });
}

/** The composed checklist names the places; the overlay says what is whose. */
export function overlayOutline(composed: Definition, overlay: Tree, mistakes: readonly Mistake[]): readonly Heading[] {
  const added = listAt(overlay, '/added').map((one) => text(valueAt(one, '/item/key')));
  const sections = listAt(overlay, '/sections').map((one) => text(valueAt(one, '/key')));
  return composed.sections.map((section) => {
    const own = sections.indexOf(section.key);
    const at = own < 0 ? '' : `/sections/${String(own)}`;
    const items = section.items.map((item): Entry => {
      const mine = added.indexOf(item.key);
      const place = mine < 0 ? join('/items', item.key) : `/added/${String(mine)}/item`;
      const origin = mine >= 0 ? 'own' : valueAt(overlay, place) === undefined ? 'base' : 'changed';
      return { at: place, key: item.key, words: wordsAt(item, '/ask'), origin, mistakes: countIn(mistakes, place) };
    });
    return { at, key: section.key, words: section.title, origin: own < 0 ? 'base' : 'own', mistakes: at === '' ? 0 : countIn(mistakes, at), items };
  });
}
