/** What a person must know about the storage of this page. */
import { readonly, ref, type Ref } from 'vue';

/** blocked: other tabs hold an old version, close them. outdated: this tab is the old one, reload it. */
export type StorageNotice = 'blocked' | 'outdated';

const current = ref<StorageNotice | null>(null);

export const storageNotice: Readonly<Ref<StorageNotice | null>> = readonly(current);

export const noticeStorage = (notice: StorageNotice | null): void => {
  current.value = notice;
};
