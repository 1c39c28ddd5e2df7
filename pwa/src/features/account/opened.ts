/** Waits for the storage before the first page; what must be said meanwhile stands in the page's place and goes by itself. */
import { watch } from 'vue';
import { storageNotice } from '@/data/notice';

/** Shows the notice in place of the app; what it returns takes it away. */
export type Say = (isUnavailable: boolean) => Promise<() => void>;

const say: Say = async (isUnavailable) => (await import('./storage-page')).mountNotice(isUnavailable);

/** False when the browser keeps nothing, which then stands on the screen. Until the storage answers, it waits however long. */
export async function opened(open: Promise<unknown>, show: Say = say): Promise<boolean> {
  let shown: Promise<() => void> | null = null;
  const stop = watch(storageNotice, (notice) => { if (notice !== null) shown ??= show(false); }, { immediate: true });
  const isOpen = await open.then(() => true, () => false);
  stop();
  if (shown !== null) (await (shown as Promise<() => void>).catch(() => undefined))?.();
  if (!isOpen) await show(true);
  return isOpen;
}
