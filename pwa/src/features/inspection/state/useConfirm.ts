/** What a quick visit will pass by exception, leg by leg, and what needs a word first. */

import { computed, type ComputedRef } from 'vue';
import { isSettled } from '../logic/status';
import type { Lack } from '../logic/outcome';
import { useWalkthrough, type Walkthrough } from './useWalkthrough';

export interface PassingLeg {
  readonly leg: number;
  readonly indexes: readonly number[];
}

export interface Confirm {
  readonly walkthrough: Walkthrough;
  readonly passing: ComputedRef<readonly number[]>;
  readonly legs: ComputedRef<readonly PassingLeg[]>;
  readonly asked: ComputedRef<readonly Lack[]>;
}

export function useConfirm(id: string): Confirm {
  const walkthrough = useWalkthrough(id);
  const { state } = walkthrough;
  const passing = computed(() => state.statuses.value.flatMap((_status, index) => (state.passes(index) ? [index] : [])));
  const legs = computed(() => {
    const own = new Set(passing.value);
    return state.walk.value.legs.flatMap(({ from, count }, leg): PassingLeg[] => {
      const indexes = Array.from({ length: count }, (_, n) => from + n).filter((index) => own.has(index));
      return indexes.length === 0 ? [] : [{ leg, indexes }];
    });
  });
  const asked = computed(() =>
    state.statuses.value.flatMap((status, index): Lack[] => (isSettled(status) || state.passes(index) ? [] : [{ index, gaps: status.gaps }])),
  );
  return { walkthrough, passing, legs, asked };
}
