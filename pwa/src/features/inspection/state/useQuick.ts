/** A quick visit is walked by its list; the cards are for what needs a word of its own. */

import { computed, watch, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { OpenVisit } from './useVisit';

export interface Quick {
  readonly on: ComputedRef<boolean>;
  readonly list: string;
}

export function useQuick(open: OpenVisit): Quick {
  const router = useRouter();
  const asked = useRoute().query['at'];
  const list = `/inspections/${open.id}/quick`;
  const on = computed(() => open.visit.value?.inspection.style === 'quick');
  // A link to one line means its card; whoever opens the visit as such gets the list.
  const toList = computed(() => on.value && !open.locked.value && typeof asked !== 'string');
  watch(toList, (yes) => {
    if (yes) void router.replace(list);
  }, { immediate: true });
  return { on, list };
}
