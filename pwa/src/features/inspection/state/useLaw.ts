/** What the citations of an item say on the day its inspection began. */

import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { Database } from '@/data/database';
import { useLive } from '@/data/live';
import type { Inspection } from '@/data/records';
import { citations } from '@/engine/citations';
import type { Item } from '@/engine/definition';
import type { Cited, LawRecords } from '@/engine/law';
import { today } from '@/plan/spots';
import { lawRecords } from '../queries';

export interface Law {
  readonly records: Ref<LawRecords>;
  readonly day: ComputedRef<string>;
}

const LAW: InjectionKey<Law> = Symbol('law');

/** For a page that shows an inspection: the law of its own day for all its parts. */
export function provideLaw(db: Database, inspection: ComputedRef<Inspection | undefined>): void {
  const records = useLive<LawRecords>(() => lawRecords(db), {});
  provide(LAW, { records, day: computed(() => today(inspection.value?.started_at)) });
}

/** The citations of an item, resolved; those of records once the law has been read from the disk. */
export function useCitations(item: () => Item): { readonly law: Law | null; readonly cited: ComputedRef<readonly Cited[]> } {
  const law = inject(LAW, null);
  const cited = computed(() => {
    const records = law?.records.value ?? {};
    const isHere = Object.keys(records).length > 0;
    return citations(item().basis.filter((entry) => isHere || entry.law === undefined), records, law?.day.value ?? today());
  });
  return { law, cited };
}
