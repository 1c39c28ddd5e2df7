/** Where one stands in the walk, and what was put aside. Both are on the disk with every step. */

import { computed, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
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
  /** The next line that needs somebody's word, or null when none does. */
  readonly nextOpen: (from: number) => number | null;
  readonly toggleLater: (key: string) => void;
}

export function useStanding(open: OpenVisit, state: WalkState): Standing {
  const mark = shallowRef<WalkMark>({ line: null, later: [] });
  const restored = ref(false);
  const last = ref(0);

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
    return seek(state.walk.value.lines.length, from, (n) => !isSettled(state.statusNow(n)) && !state.passes(n));
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
      go(Math.min(Math.max(index.value + by, 0), state.walk.value.lines.length - 1));
    },
    nextOpen,
    toggleLater: (key) => {
      const { later, line } = mark.value;
      keep({ line: line ?? state.walk.value.keys[index.value] ?? null, later: later.includes(key) ? later.filter((each) => each !== key) : [...later, key] });
    },
  };
}
