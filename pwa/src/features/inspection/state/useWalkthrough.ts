/** Everything the walkthrough page needs, put together once. */

import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import type { Answer, Conflict, Hazard, Photo } from '@/data/records';
import { session } from '@/data/session';
import type { Item, Line, Values } from '@/engine/definition';
import { pick, t } from '@/i18n/i18n';
import type { PhotoScene } from '@/photo/target';
import type { Spot } from '@/plan/spots';
import { NO_TALLY } from '../logic/tally';
import { useAnswering, type Answering } from './useAnswering';
import { useAnswers, type AnswerBook } from './useAnswers';
import { useSaving, type Saving } from './useSaving';
import { useStanding, type Standing } from './useStanding';
import { useVisit, type OpenVisit } from './useVisit';
import { useWalk, type WalkState } from './useWalk';

/** The line one stands on, with all that belongs to it. */
export interface Here {
  readonly line: Line;
  readonly key: string;
  readonly item: Item;
  readonly spot: Spot | undefined;
  readonly values: Values;
  readonly row: Answer | undefined;
  readonly photos: readonly Photo[];
  readonly hazard: Hazard | undefined;
  readonly conflicts: readonly Conflict[];
  readonly scene: PhotoScene;
}

export type Sheet = 'hazard' | 'reason' | 'note' | 'rest' | 'list' | null;

export interface Walkthrough {
  readonly open: OpenVisit;
  readonly book: AnswerBook;
  readonly state: WalkState;
  readonly standing: Standing;
  readonly saving: Saving;
  readonly answering: Answering;
  readonly here: ComputedRef<Here | null>;
  readonly sheet: Ref<Sheet>;
  readonly finished: Ref<boolean>;
  readonly placeOf: (line: Line) => string;
  readonly textOf: (index: number) => string;
  readonly legTitle: (leg: number) => string;
}

const EMPTY: Values = {};

function useNames(open: OpenVisit, state: WalkState): Pick<Walkthrough, 'placeOf' | 'textOf' | 'legTitle'> {
  const pathOf = (id: string): string => open.visit.value?.spots.get(id)?.path ?? '';
  const titleOf = (section: string): string => pick(state.library.value.sections.get(section)?.title);
  return {
    placeOf: (line) => pathOf(line.target) || pathOf(open.visit.value?.inspection.location_id ?? ''),
    textOf: (index) => pick(state.library.value.items.get(state.walk.value.lines[index]?.item ?? '')?.ask),
    legTitle: (leg) => {
      const found = state.walk.value.legs[leg];
      if (!found) return '';
      const place = open.visit.value?.spots.get(found.target)?.name ?? '';
      return [titleOf(found.section), place].filter((part) => part !== '').join(' · ');
    },
  };
}

function useHere(open: OpenVisit, book: AnswerBook, state: WalkState, standing: Standing, placeOf: Walkthrough['placeOf']): ComputedRef<Here | null> {
  return computed(() => {
    const line = state.walk.value.lines[standing.index.value];
    const item = line && state.library.value.items.get(line.item);
    const visit = open.visit.value;
    if (!line || !item || !visit) return null;
    const key = state.walk.value.keys[standing.index.value] ?? '';
    const about = (row: { readonly target_id: string | null; readonly item_key: string | null }): boolean =>
      row.item_key === line.item && (row.target_id ?? '') === line.target;
    return {
      line, key, item,
      spot: visit.spots.get(line.target),
      values: book.values.value[key] ?? EMPTY,
      row: book.row(key),
      photos: state.photosOf(key),
      hazard: open.hazards.value.find(about),
      conflicts: open.conflicts.value.filter((conflict) => conflict.state === 'open' && about(conflict)),
      scene: { unit: visit.unit.short_name ?? visit.unit.name, place: placeOf(line), author: session.value.me?.name ?? '' },
    };
  });
}

export function useWalkthrough(id: string): Walkthrough {
  const open = useVisit(id);
  const target = ref('');
  const book = useAnswers(open.db, id, () => target.value);
  const state = useWalk(open, book);
  const standing = useStanding(open, state);
  watch(
    () => state.walk.value.lines[standing.index.value]?.target ?? '',
    (at) => (target.value = at),
  );
  const saving = useSaving();
  const sheet = ref<Sheet>(null);
  const finished = ref(false);
  const names = useNames(open, state);
  const asking = {
    hazard: () => (sheet.value = 'hazard'),
    reason: () => (sheet.value = 'reason'),
    finished: () => (finished.value = true),
  };
  const answering = useAnswering({ open, book, state, standing, saving, asking });
  const here = useHere(open, book, state, standing, names.placeOf);
  return { open, book, state, standing, saving, answering, here, sheet, finished, ...names };
}

/** Section chips out of the legs, in walking order. */
export function sectionChips(walkthrough: Walkthrough): { key: string; title: string; done: number; total: number; fail: number }[] {
  const { state } = walkthrough;
  return [...state.progress.value.sections].map(([key, tally]) => ({
    key, title: pick(state.library.value.sections.get(key)?.title), done: tally.done, total: tally.total, fail: tally.fail,
  }));
}

export interface PlaceChoice {
  readonly leg: number;
  readonly name: string;
  readonly path: string;
  readonly done: number;
  readonly total: number;
  readonly fail: number;
}

function placeChoice({ state, open }: Walkthrough, leg: number): PlaceChoice {
  const spot = open.visit.value?.spots.get(state.walk.value.legs[leg]?.target ?? '');
  const { done, total, fail } = state.progress.value.legs[leg] ?? NO_TALLY;
  return { leg, name: spot?.name ?? t('inspection.whole-unit'), path: spot?.path ?? '', done, total, fail };
}

/** The places of one section, when it is walked for more than one. */
export function targetChoices(walkthrough: Walkthrough, section: string): PlaceChoice[] {
  const own = walkthrough.state.walk.value.legs.flatMap((leg, n) => (leg.section === section ? [n] : []));
  return own.length < 2 ? [] : own.map((leg) => placeChoice(walkthrough, leg));
}
