/** A small form that is on the disk with every change and is there again after the app was killed. */

import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';

export interface Kept<T> {
  readonly form: ShallowRef<T>;
  /** Whether the disk has answered: a field that is shown before would write over what was kept. */
  readonly ready: Ref<boolean>;
  readonly change: (part: Partial<T>) => void;
}

export function useKept<T extends object>(db: Database, key: string, empty: T): Kept<T> {
  const form = shallowRef(empty) as ShallowRef<T>;
  const ready = ref(false);

  onMounted(async () => {
    const data = (await db.drafts.get(key))?.data;
    if (typeof data === 'object' && data !== null) form.value = { ...empty, ...data };
    ready.value = true;
  });

  return {
    form,
    ready,
    change: (part) => {
      form.value = { ...form.value, ...part };
      void db.drafts.put({ key, data: { ...form.value }, at: db.env.now() });
    },
  };
}
