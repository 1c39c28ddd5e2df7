/** What is chosen in the tree, and the steps on it. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import type { Definition, Item } from '@/engine/definition';
import { pick, t } from '@/i18n/i18n';
import { showSnack } from '@/ui/snack';
import { addItem, addSection, duplicateItem, isWithin, move, removeAt, spotOf, type Spot, type Step } from '../logic/edit';
import { fieldWords } from '../logic/difference';
import { newFact, newLocalKey, newLocalSectionKey } from '../logic/keys';
import { listAt, valueAt, withInserted, withMoved, type Tree } from '../logic/pointer';
import { outlineOf, overlayOutline, type Entry, type Heading } from '../logic/outline';
import type { DraftWork } from './useDraft';

export interface Editing {
  readonly selected: Ref<string>;
  readonly headings: ComputedRef<readonly Heading[]>;
  readonly entry: ComputedRef<Entry | null>;
  readonly heading: ComputedRef<Heading | null>;
  readonly spot: ComputedRef<Spot | null>;
  /** The checklist as it will be asked. */
  readonly definition: ComputedRef<Definition>;
  /** The item of the checklist below, when the chosen one is not this draft's own. */
  readonly baseItem: ComputedRef<Item | null>;
  readonly select: (id: string) => void;
  readonly selectItem: (key: string) => void;
  readonly goTo: (pointer: string) => void;
  readonly where: (pointer: string) => string;
  readonly addItem: () => void;
  readonly addSection: () => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
  readonly move: (by: 1 | -1) => void;
}

interface Parts {
  readonly work: DraftWork;
  readonly used: () => readonly string[];
  readonly base: () => Definition | null;
}

const all = (headings: readonly Heading[]): readonly (readonly [string, Entry, Heading])[] =>
  headings.flatMap((heading): (readonly [string, Entry, Heading])[] => [[`s:${heading.key}`, heading, heading], ...heading.items.map((item) => [`i:${item.key}`, item, heading] as const)]);

const EMPTY: Definition = { key: '', title: { zh: '', en: '' }, header: { facts: [], note: { zh: '', en: '' }, omitted: [] }, effective_from: '', minutes: 1, sections: [] };

const idAt = (tree: Tree, { section, item }: Spot): string => {
  const place = `/sections/${String(section)}`;
  if (item !== undefined) return `i:${String(valueAt(tree, `${place}/items/${String(item)}/key`))}`;
  return listAt(tree, '/sections').length === 0 ? 'h' : `s:${String(valueAt(tree, `${place}/key`))}`;
};

const BLANK = { zh: '', en: '' };

/** An own item of a region stands behind the one that is chosen, in the same section. */
function addLocal(tree: Tree, heading: Pick<Heading, 'key'>, after: Entry | null, prefix: string, used: readonly string[]): { readonly tree: Tree; readonly key: string } {
  const keys = [...used, ...listAt(tree, '/added').map((one) => String(valueAt(one, '/item/key')))];
  const key = newLocalKey(tree, prefix, keys);
  const facts = listAt(tree, '/added').flatMap((one) => listAt(one, '/item/facts'));
  const fact = newFact({ header: { facts } }, 'LOCAL');
  const item = { key, facts: [fact], ask: BLANK, method: BLANK, basis: [{ doc: '', tag: 'document-only' }], answer: { type: 'pass-fail-na', allow_na: true }, photo: { rule: 'on-fail' }, weight: 2 };
  const addition = { section: heading.key, after: after?.key ?? null, item };
  return { tree: withInserted(tree, '/added', listAt(tree, '/added').length, addition), key };
}

/** An own heading goes with all that stands under it. */
const withoutSection = (tree: Tree, key: string): Tree => ({
  ...tree,
  sections: listAt(tree, '/sections').filter((one) => valueAt(one, '/key') !== key),
  added: listAt(tree, '/added').filter((one) => valueAt(one, '/section') !== key),
});

interface Chosen {
  readonly selected: Ref<string>;
  readonly definition: ComputedRef<Definition>;
  readonly headings: ComputedRef<readonly Heading[]>;
  readonly entry: ComputedRef<Entry | null>;
  readonly heading: ComputedRef<Heading | null>;
  readonly spot: ComputedRef<Spot | null>;
  readonly isOverlay: ComputedRef<boolean>;
}

function useChosen({ work, base }: Parts): Chosen {
  const { edit, draft } = work;
  const selected = ref('h');
  const isOverlay = computed(() => draft.value?.kind === 'overlay');
  const mistakes = computed(() => draft.value?.mistakes ?? []);
  const definition = computed<Definition>(() => (isOverlay.value ? (draft.value?.composed ?? base() ?? EMPTY) : (edit.tree.value as unknown as Definition)));
  const headings = computed(() => (isOverlay.value ? overlayOutline(definition.value, edit.tree.value, mistakes.value) : outlineOf(edit.tree.value, mistakes.value)));
  const found = computed(() => all(headings.value).find(([id]) => id === selected.value));
  const entry = computed(() => found.value?.[1] ?? null);

  // Another key for the chosen item is still the chosen item.
  watch(edit.tree, (now, before) => {
    if (found.value || isOverlay.value || selected.value === 'h') return;
    const old = all(outlineOf(before, [])).find(([id]) => id === selected.value)?.[1];
    const place = old && spotOf(old.at);
    selected.value = place ? idAt(now, place) : 'h';
  });

  return {
    selected, definition, headings, entry, isOverlay,
    heading: computed(() => found.value?.[2] ?? null),
    spot: computed(() => (isOverlay.value || !entry.value ? null : spotOf(entry.value.at))),
  };
}

type Steps = Pick<Editing, 'addItem' | 'addSection' | 'duplicate' | 'remove' | 'move'>;

function checklistSteps({ work: { edit }, used }: Parts, { selected, spot, headings }: Chosen): Steps {
  const here = (): Spot => spot.value ?? { section: Math.max(0, headings.value.length - 1) };
  function take(step: Step): void {
    edit.apply(step.tree);
    selected.value = idAt(step.tree, step.at);
  }
  return {
    addItem: () => { take(addItem(edit.tree.value, here(), used())); },
    addSection: () => { take(addSection(edit.tree.value, here())); },
    duplicate: () => { if (spot.value) take(duplicateItem(edit.tree.value, spot.value, used())); },
    remove: () => { if (spot.value) take(removeAt(edit.tree.value, spot.value)); },
    move: (by) => { if (spot.value) take(move(edit.tree.value, spot.value, by)); },
  };
}

function overlaySteps({ work: { edit, draft }, used }: Parts, { selected, headings, heading, entry }: Chosen): Steps {
  /** The composed checklist comes from the server a moment later: choose the new item then. */
  const pending = ref<string | null>(null);
  watch(headings, (now) => {
    if (pending.value === null || !all(now).some(([id]) => id === pending.value)) return;
    selected.value = pending.value;
    pending.value = null;
  });
  return {
    addItem: () => {
      const head = heading.value ?? headings.value[0];
      const prefix = draft.value?.prefix;
      if (!head || !prefix) return;
      const made = addLocal(edit.tree.value, head, entry.value === head ? null : entry.value, prefix, used());
      edit.apply(made.tree);
      pending.value = `i:${made.key}`;
    },
    // A heading comes with its first item: one that asks nothing is not asked.
    addSection: () => {
      const prefix = draft.value?.prefix;
      if (!prefix) return;
      const key = newLocalSectionKey(edit.tree.value, prefix);
      const tree = withInserted(edit.tree.value, '/sections', listAt(edit.tree.value, '/sections').length, { key, title: BLANK });
      edit.apply(addLocal(tree, { key }, null, prefix, used()).tree);
      pending.value = `s:${key}`;
    },
    duplicate: () => undefined,
    remove: () => {
      const chosen = entry.value;
      if (!chosen || chosen.at === '' || chosen.origin === 'base') return;
      if (selected.value.startsWith('s:')) edit.apply(withoutSection(edit.tree.value, chosen.key));
      else edit.set(chosen.at.replace(/^(\/added\/\d+)\/item$/, '$1'), undefined);
    },
    move: (by) => {
      const own = /^\/added\/(\d+)/.exec(entry.value?.at ?? '')?.[1];
      if (own !== undefined) edit.apply(withMoved(edit.tree.value, '/added', Number(own), Number(own) + by));
    },
  };
}

function withUndo(work: DraftWork, remove: () => void): void {
  const before = work.edit.tree.value;
  remove();
  if (work.edit.tree.value === before) return;
  showSnack({ text: t('authoring.removed'), action: { label: t('common.undo'), run: work.undo } });
}

export function useEditing(parts: Parts): Editing {
  const chosen = useChosen(parts);
  const { selected, headings, entry } = chosen;
  const forOverlay = overlaySteps(parts, chosen);
  const forChecklist = checklistSteps(parts, chosen);
  const steps = (): Steps => (chosen.isOverlay.value ? forOverlay : forChecklist);
  const entryAt = (pointer: string): readonly [string, Entry, Heading] | undefined =>
    all(headings.value).filter(([, one]) => one.at !== '' && isWithin(pointer, one.at)).sort((a, b) => b[1].at.length - a[1].at.length)[0];

  return {
    ...chosen,
    baseItem: computed(() => {
      const key = entry.value?.origin === 'own' ? null : entry.value?.key;
      return parts.base()?.sections.flatMap((section) => section.items).find((item) => item.key === key) ?? null;
    }),
    select: (id) => { selected.value = id; },
    selectItem: (key) => { selected.value = `i:${key}`; },
    goTo: (pointer) => { selected.value = entryAt(pointer)?.[0] ?? 'h'; },
    where: (pointer) => {
      const one = entryAt(pointer)?.[1];
      const field = fieldWords(pointer.slice(one?.at.length ?? 0));
      return [one ? pick(one.words) || t('authoring.no-words') : t('authoring.whole'), field].filter(Boolean).join(' \u203a ');
    },
    addItem: () => { steps().addItem(); },
    addSection: () => { steps().addSection(); },
    duplicate: () => { steps().duplicate(); },
    remove: () => { withUndo(parts.work, steps().remove); },
    move: (by) => { steps().move(by); },
  };
}
