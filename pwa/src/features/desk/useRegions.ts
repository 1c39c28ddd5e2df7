/** The regions this person may see, as options. */
import { useLive } from '@/data/live';
import type { Region } from '@/data/records';
import { useDatabase } from '@/data/session';
import { view } from '@/data/view';
import type { FilterOption } from '@/desk/columns';

export interface Regions {
  readonly name: (id: string) => string;
  readonly options: () => readonly FilterOption[];
}

export function useRegions(): Regions {
  const db = useDatabase();
  const regions = useLive<readonly Region[]>(() => view(db).all('region'), []);
  return {
    name: (id) => regions.value.find((region) => region.id === id)?.name ?? '',
    options: () => [...regions.value].sort((a, b) => (a.code < b.code ? -1 : 1)).map((one) => ({ value: one.id, label: one.name })),
  };
}
