/** What the walk has to know of the team: whether there is one, what is disputed here, and what is left to the others. */
import { computed, type ComputedRef } from 'vue';
import { t } from '@/i18n/i18n';
import { showSnack } from '@/ui/snack';
import { isSettled } from '../logic/status';
import type { Walkthrough } from '../state/useWalkthrough';

export interface Together {
  /** Several people answer, or one on several phones. */
  readonly on: ComputedRef<boolean>;
  /** Run the work unless this field has several words that nobody has decided between. */
  readonly unlessDisputed: (field: string, work: () => Promise<void>) => void;
  /** Open lines of others, while only one's own are walked. */
  readonly others: ComputedRef<number>;
  readonly back: () => void;
}

export function useTogether({ open, state, standing, here, finished }: Walkthrough): Together {
  return {
    on: computed(() => (open.visit.value?.inspection.member_ids.length ?? 1) > 1 || open.conflicts.value.length > 0),
    unlessDisputed: (field, work) => {
      if (here.value?.conflicts.some((conflict) => conflict.field === field)) showSnack({ text: t('team.tap-blocked') });
      else void work();
    },
    others: computed(() => {
      const isOnTheWay = standing.only.value;
      if (!finished.value || isOnTheWay === null) return 0;
      return state.walk.value.lines.filter((_line, n) => !isOnTheWay(n) && !isSettled(state.statusNow(n))).length;
    }),
    back: () => {
      finished.value = false;
      standing.only.value = null;
    },
  };
}
