/** Where one stands in the walk, and what was put aside. Both are on the disk with every step. */

import { computed, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { keepMark, readMark, type WalkMark } from '../commands';
import { isSettled } from '../logic/status';
import { legAt, seek } from '../logic/walk';
import type { OpenVisit } from './useVisit';
import type { WalkState } from './useWalk';

export interface Standing {
  readonly index: ComputedRef<number>;
  readonly leg: ComputedRef<number>;
  readonly later: Ref<ReadonlySet<string>>;
  readonly restored: Ref<boolean>;
  readonly go: (index: number) => void;
  readonly step: (by: number) => void;
  /** The line after this one on the way, or null at the end. */
  readonly following: (from: number) => number | null;
  /** Which lines are walked when not all are. */
  readonly only: ShallowRef<((index: number) => boolean) | null>;
  /** The next line that needs somebody's word, or null when none does. */
  readonly nextOpen: (from: number) => number | null;
  readonly toggleLater: (key: string) => void;
}

interface Way {
  readonly only: Standing['only'];
  readonly isOnTheWay: (index: number) => boolean;
  readonly beside: (from: number, by: number) => number | null;
}

/** All lines, or those that somebody has narrowed the walk to. */
function useWay(state: WalkState): Way {
  const only: Standing['only'] = shallowRef(null);
  const isOnTheWay = (index: number): boolean => only.value?.(index) ?? true;
  return {
    only,
    isOnTheWay,
    beside: (from, by) => {
      const count = state.walk.value.lines.length;
      let to = from + by;
      while (to >= 0 && to < count && !isOnTheWay(to)) to += by;
      return to >= 0 && to < count ? to : null;
    },
  };
}

export function useStanding(open: OpenVisit, state: WalkState): Standing {
  const mark = shallowRef<WalkMark>({ line: null, later: [] });
  const restored = ref(false);
  const last = ref(0);
  const { only, isOnTheWay, beside } = useWay(state);

  /** The line may have moved, or gone: conditions change the walk under one's feet. */
  const index = computed(() => {
    const { lines, at } = state.walk.value;
    const found = mark.value.line === null ? undefined : at.get(mark.value.line);
    return found ?? Math.min(last.value, Math.max(0, lines.length - 1));
  });
  watch(index, (now) => {
    last.value = now;
  });

  function keep(next: WalkMark): void {
    mark.value = next;
    if (!open.locked.value) void keepMark(open.db, open.id, next);
  }

  function go(to: number): void {
    const key = state.walk.value.keys[to];
    if (key === undefined) return;
    last.value = to;
    keep({ ...mark.value, line: key });
  }

  function nextOpen(from: number): number | null {
    return seek(state.walk.value.lines.length, from, (n) => isOnTheWay(n) && !isSettled(state.statusNow(n)) && !state.passes(n));
  }

  onMounted(async () => {
    const kept = await readMark(open.db, open.id);
    // Somebody may have stepped already while the disk was slow.
    if (mark.value.line === null) mark.value = kept;
    restored.value = true;
  });

  return {
    index,
    leg: computed(() => legAt(state.walk.value, index.value)),
    later: computed(() => new Set(mark.value.later)),
    restored,
    go,
    step: (by) => {
      go(beside(index.value, by) ?? index.value);
    },
    following: (from) => beside(from, 1),
    only,
    nextOpen,
    toggleLater: (key) => {
      const { later, line } = mark.value;
      keep({ line: line ?? state.walk.value.keys[index.value] ?? null, later: later.includes(key) ? later.filter((each) => each !== key) : [...later, key] });
    },
  };
}
