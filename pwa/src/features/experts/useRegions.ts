/** The regions that this person may see, as options. */
import type { FilterOption } from '@/desk/columns';
import { useLive } from '@/data/live';
import type { Region } from '@/data/records';
import { useDatabase } from '@/data/session';
import { view } from '@/data/view';
import { computed, type ComputedRef } from 'vue';

export function useRegions(): ComputedRef<readonly FilterOption[]> {
  const db = useDatabase();
  const regions = useLive<readonly Region[]>(() => view(db).all('region'), []);
  return computed(() => [...regions.value].sort((a, b) => (a.code < b.code ? -1 : 1)).map((one) => ({ value: one.id, label: one.name })));
}
