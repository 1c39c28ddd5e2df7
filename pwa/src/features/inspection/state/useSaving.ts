/** Writing with an honest ending: either it is on the disk, or the person is told and nothing moved. */

import { ref, type Ref } from 'vue';

export type SaveTrouble = 'full' | 'storage';

export interface Saving {
  readonly trouble: Ref<SaveTrouble | null>;
  /** True once it is on the disk. */
  readonly save: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useSaving(): Saving {
  const trouble = ref<SaveTrouble | null>(null);
  return {
    trouble,
    save: async (work) => {
      try {
        await work();
        trouble.value = null;
        return true;
      } catch (error) {
        trouble.value = error instanceof Error && error.name === 'StorageFull' ? 'full' : 'storage';
        return false;
      }
    },
  };
}
