/** Writing with an honest ending: either it is on the disk, or the person is told and nothing moved. */

import { ref, type Ref } from 'vue';

export interface Saving {
  readonly trouble: Ref<'full' | 'storage' | null>;
  readonly busy: Ref<boolean>;
  readonly save: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useSaving(): Saving {
  const trouble = ref<'full' | 'storage' | null>(null);
  const busy = ref(false);
  return {
    trouble, busy,
    save: async (work) => {
      busy.value = true;
      try {
        await work();
        trouble.value = null;
        return true;
      } catch (error) {
        trouble.value = error instanceof Error && error.name === 'StorageFull' ? 'full' : 'storage';
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
