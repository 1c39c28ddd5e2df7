/** A small form that is on the disk with every change and is there again after the app was killed. */

import { onMounted, shallowRef, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';

export interface Kept<T> {
  readonly form: ShallowRef<T>;
  readonly change: (part: Partial<T>) => void;
}

export function useKept<T extends object>(db: Database, key: string, empty: T): Kept<T> {
  const form = shallowRef(empty) as ShallowRef<T>;
  let touched = false;

  onMounted(async () => {
    const data = (await db.drafts.get(key))?.data;
    if (!touched && typeof data === 'object' && data !== null) form.value = { ...empty, ...data };
  });

  return {
    form,
    change: (part) => {
      touched = true;
      form.value = { ...form.value, ...part };
      void db.drafts.put({ key, data: { ...form.value }, at: db.env.now() });
    },
  };
}
