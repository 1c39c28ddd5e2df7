import { onMounted, shallowRef } from 'vue';
import { useLive, type Live } from '@/data/live';
import { session } from '@/data/session';
import type { Progress, readProgress } from './progress';
import type { OpenVisit } from './queries';

/** Counted after the cards stand: the rules and the checklist that it takes weigh more than the rest of the page. */
export function useProgress({ inspection, unit }: OpenVisit): Live<Progress | null> {
  const read = shallowRef<typeof readProgress | null>(null);
  onMounted(async () => {
    read.value = (await import('./progress')).readProgress;
  });
  return useLive<Progress | null>(
    () => {
      const { db } = session.value;
      return db === null || unit === null || read.value === null ? Promise.resolve(null) : read.value(db, inspection, unit);
    },
    null,
    [() => session.value.db, read],
  );
}
