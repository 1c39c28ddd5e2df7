/** The walk laid out over the answers: lines, their status, and how far it is. */

import { computed, shallowRef, triggerRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { Context, Item, Values } from '@/engine/definition';
import { lines } from '@/engine/lines';
import { passesWith } from '../logic/rest';
import { contextOf, today } from '@/plan/spots';
import { isKnownItem, isSettled, statusOf, UNTOUCHED, type LineStatus } from '../logic/status';
import { deciders } from '../logic/structure';
import { progressAfter, progressOf, type Progress } from '../logic/tally';
import { buildWalk, libraryOf, lineKey, type Library, type Walk } from '../logic/walk';
import type { AnswerBook } from './useAnswers';
import type { OpenVisit } from './useVisit';
import { usePhotosByLine, type PhotosByLine } from './usePhotosByLine';

export interface WalkState {
  readonly today: string;
  readonly context: ComputedRef<Context | null>;
  readonly library: ComputedRef<Library>;
  readonly walk: ComputedRef<Walk>;
  readonly statuses: ShallowRef<readonly LineStatus[]>;
  readonly progress: ShallowRef<Progress>;
  readonly photosOf: PhotosByLine;
  readonly statusNow: (index: number) => LineStatus;
  /** A line that this quick visit passes unless somebody says otherwise. */
  readonly passes: (index: number) => boolean;
}

const NOWHERE: Library = { items: new Map(), sections: new Map() };
const EMPTY: Values = {};

interface Known {
  readonly values: Values;
  readonly photos: number;
  readonly status: LineStatus;
}

/** Judging a line costs more than comparing two references, and a tap changes only one line. */
function memo(day: string): (key: string, item: Item, values: Values, photos: number) => LineStatus {
  const known = new Map<string, Known>();
  const blank = new WeakMap<Item, LineStatus>();

  function untouched(item: Item): LineStatus {
    const status = blank.get(item) ?? statusOf(item, EMPTY, 0, day);
    blank.set(item, status);
    return status;
  }

  return (key, item, values, photos) => {
    if (values === EMPTY && photos === 0) return untouched(item);
    const last = known.get(key);
    if (last && last.values === values && last.photos === photos) return last.status;
    const status = statusOf(item, values, photos, day);
    known.set(key, { values, photos, status });
    return status;
  };
}

/** What the lines depend on, told apart from all that they do not. */
function useLayout(open: OpenVisit, book: AnswerBook, context: ComputedRef<Context | null>): ComputedRef<Walk> {
  const deciding = computed(() => (open.visit.value ? deciders(open.visit.value.definition) : new Set<string>()));
  // Filled in place; read past the tracking, so that a tap on an item nobody depends on lays nothing out.
  const all = book.values.value;
  const stamp = shallowRef('');
  watch(
    [book.values, deciding, book.ready],
    () => {
      const relevant: string[] = [];
      if (deciding.value.size > 0) {
        for (const [key, values] of Object.entries(all)) {
          if (deciding.value.has(key.slice(key.indexOf('|') + 1))) relevant.push(key, JSON.stringify(values));
        }
      }
      stamp.value = relevant.join('\n');
    },
    { immediate: true },
  );
  return computed(() => {
    void stamp.value;
    const visit = open.visit.value;
    if (!visit || !context.value) return buildWalk([]);
    return buildWalk(lines(visit.definition, context.value, all));
  });
}

interface Standings {
  readonly statuses: ShallowRef<readonly LineStatus[]>;
  readonly progress: ShallowRef<Progress>;
}

/** One status per line. After a tap only that line is looked at again, and only its place is counted again. */
function useStatuses(open: OpenVisit, book: AnswerBook, walk: ComputedRef<Walk>, statusNow: (index: number) => LineStatus): Standings {
  const all = shallowRef<LineStatus[]>([]);
  const progress = shallowRef(progressOf(walk.value, []));
  watch(
    [walk, open.photos],
    () => {
      all.value = walk.value.lines.map((_line, n) => statusNow(n));
      progress.value = progressOf(walk.value, all.value);
    },
    { immediate: true, flush: 'sync' },
  );
  watch(
    book.changed,
    (keys) => {
      const indexes = keys.flatMap((key) => walk.value.at.get(key) ?? []);
      for (const index of indexes) all.value[index] = statusNow(index);
      progress.value = progressAfter(walk.value, all.value, progress.value, indexes);
      triggerRef(all);
    },
    { flush: 'sync' },
  );
  return { statuses: all, progress };
}

export function useWalk(open: OpenVisit, book: AnswerBook): WalkState {
  const day = today();
  const judge = memo(day);
  const context = computed(() => {
    const visit = open.visit.value;
    return visit ? contextOf(visit.unit, visit.spots, visit.inspection.target_ids, day, visit.inspection) : null;
  });
  const library = computed(() => (open.visit.value ? libraryOf(open.visit.value.definition) : NOWHERE));
  const walk = useLayout(open, book, context);
  const photosOf = usePhotosByLine(open.photos);

  function statusNow(index: number): LineStatus {
    const line = walk.value.lines[index];
    const item = line && library.value.items.get(line.item);
    if (!line || !item) return UNTOUCHED;
    const key = walk.value.keys[index] ?? lineKey(line);
    return judge(key, item, book.values.value[key] ?? EMPTY, photosOf(key).length);
  }

  function passes(index: number): boolean {
    if (open.visit.value?.inspection.style !== 'quick') return false;
    const status = statusNow(index);
    const item = library.value.items.get(walk.value.lines[index]?.item ?? '');
    if (!item || status.started || isSettled(status) || !isKnownItem(item)) return false;
    return passesWith(item, photosOf(walk.value.keys[index] ?? '').length, day);
  }

  const { statuses, progress } = useStatuses(open, book, walk, statusNow);
  return { today: day, context, library, walk, statuses, progress, photosOf, statusNow, passes };
}
