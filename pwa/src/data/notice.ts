/** What a person must know about the storage of this page. */
import { computed, ref, type ComputedRef } from 'vue';

/** slow: it does not open, nobody knows why. blocked: another window holds an old version. stuck: either of them, for too long. */
export type SlowStorage = 'slow' | 'blocked' | 'stuck';
/** outdated: this window is the old one, reload it. */
export type StorageNotice = SlowStorage | 'outdated';

const opening = ref<SlowStorage | null>(null);
const isOutdated = ref(false);

export const storageNotice: ComputedRef<StorageNotice | null> = computed(() => (isOutdated.value ? 'outdated' : opening.value));

export const noticeOpening = (notice: SlowStorage | null): void => {
  opening.value = notice;
};

export const noticeOutdated = (is: boolean): void => {
  isOutdated.value = is;
};
