/** Ways through the walk other than step by step: to a section, a place, a line named by a link, what was left incomplete. */

import { computed, watch, type ComputedRef } from 'vue';
import { useRoute } from 'vue-router';
import { isOmission, isSettled } from '../logic/status';
import { seek } from '../logic/walk';
import type { Walkthrough } from './useWalkthrough';

export interface Jumps {
  readonly toLine: (index: number | null | undefined) => void;
  /** The first open line of a section, or its first. */
  readonly toSection: (key: string) => void;
  readonly toOmission: () => void;
  /** Lines begun and left incomplete; the one in sight is not counted. */
  readonly omissions: ComputedRef<number>;
}

export function useJumps({ state, standing, sheet, finished, book }: Walkthrough): Jumps {
  const omits = (index: number): boolean => isOmission(state.statusNow(index));

  function toLine(index: number | null | undefined): void {
    if (index === undefined || index === null) return;
    finished.value = false;
    sheet.value = null;
    standing.go(index);
  }

  /** A link may name the line it means. */
  const asked = useRoute().query['at'];
  const stop = watch(
    () => book.ready.value && standing.restored.value && state.walk.value.lines.length > 0,
    (ready) => {
      if (!ready) return;
      if (typeof asked === 'string') toLine(state.walk.value.at.get(asked));
      queueMicrotask(() => {
        stop();
      });
    },
    { immediate: true },
  );

  return {
    toLine,
    toSection: (key) => {
      const own = state.walk.value.legs.filter((leg) => leg.section === key);
      const lines = own.flatMap((leg) => Array.from({ length: leg.count }, (_, n) => leg.from + n));
      toLine(lines.find((n) => !isSettled(state.statusNow(n))) ?? lines[0]);
    },
    toOmission: () => {
      toLine(seek(state.walk.value.lines.length, standing.index.value, omits));
    },
    omissions: computed(() => state.progress.value.all.gap - (omits(standing.index.value) ? 1 : 0)),
  };
}
