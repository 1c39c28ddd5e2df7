/** What may be a major hazard at one line: by its own answer, or by several answers of this visit together. */
import { computed, type ComputedRef } from 'vue';
import type { Database } from '@/data/database';
import { useLive } from '@/data/live';
import type { Line } from '@/engine/definition';
import { criteriaLists, type KnownList } from '@/major/lists';
import { suspicionsAt, type Asked, type Suspicion } from '@/major/suspicion';

/** Null until the lists were read: a first draft then knows what to propose. */
export function useSuspicions(db: Database, line: Line, asked: () => Asked): ComputedRef<readonly Suspicion[] | null> {
  const lists = useLive<readonly KnownList[] | null>(() => criteriaLists(db), null);
  return computed(() => (lists.value === null ? null : suspicionsAt(asked(), line, lists.value)));
}
