/** Puts the notice about the storage where the app would be; loaded only when it is needed. */
import { createApp } from 'vue';
import { loadMessages } from '@/i18n/i18n';
import StorageNotice from './StorageNotice.vue';

export async function mountNotice(isUnavailable: boolean): Promise<() => void> {
  await loadMessages(['common', 'storage']);
  const app = createApp(StorageNotice, { isUnavailable });
  app.mount('#app');
  return () => { app.unmount(); };
}
