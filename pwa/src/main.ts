import { createApp } from 'vue';
import '@/ui/tokens.css';
import '@/ui/base.css';
import { startSession } from '@/data/session';
import { watchInstall } from '@/device/install';
import { applyLook, preferences } from '@/device/preferences';
import { startUpdates } from '@/device/update';
import { fail } from '@/features/account/failure';
import { opened } from '@/features/account/opened';
import { beginIn, loadMessages } from '@/i18n/i18n';
import App from './App.vue';
import { router } from './router';

const LEISURE_MS = 1000;

/** The first page's code and words come while the storage opens, not after. */
function fetchAhead(): void {
  for (const { components, meta } of router.resolve(location.pathname).matched) {
    const page: unknown = components?.['default'];
    if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined);
    void loadMessages(meta.messages ?? []).catch(() => undefined);
  }
}

/** The page a person waits for comes before the sending, which nobody sees. Safari knows no idle time. */
function leisure(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => { resolve(); };
    if ('requestIdleCallback' in globalThis) requestIdleCallback(go, { timeout: LEISURE_MS });
    else setTimeout(go, LEISURE_MS / 4);
  });
}

/** Lets the browser paint, and a thumb be heard, between two long pieces of work. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function start(): Promise<void> {
  await breath();
  beginIn(preferences.value.language);
  applyLook();
  watchInstall();
  fetchAhead();
  const words = loadMessages(['common']);
  if (!(await opened(startSession()))) return;
  await words;
  await breath();
  const app = createApp(App).use(router);
  app.config.errorHandler = (error) => { fail(error); };
  app.mount('#app');
  await breath();
  // A first page that fails says so itself; the rest must go on, above all the sending.
  await router.isReady().catch(fail);
  await leisure();
  const { startSync } = await import('@/sync/start');
  startSync();
  await startUpdates();
}

void start();
