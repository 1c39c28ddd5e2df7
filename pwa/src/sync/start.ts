/** Starts the sync of this tab and ties it to what happens to the page. */
import { watch } from 'vue';
import type { Database } from '../data/database';
import { deviceUser, expireSession, session } from '../data/session';
import { browserPorts } from './browser';
import { useLoop } from './control';
import { probe } from './guard';
import { Loop } from './loop';

const isVisible = (): boolean => document.visibilityState === 'visible';

const open = (db: Database): Loop =>
  new Loop(db, {
    ...browserPorts({ app: __APP_VERSION__, expire: expireSession, person: deviceUser }),
    visible: isVisible,
  });

/** A browser may have dropped the connection while the page was out of sight; better found now than at the next tap. */
const wake = async (loop: Loop | null, db: Database | null): Promise<void> => {
  if (db !== null) await probe(db);
  await loop?.now();
};

/** Asks the browser to wake the service worker when there is a line again; where it cannot, the open page does it all. */
const registerBackground = async (): Promise<void> => {
  const registration = (await navigator.serviceWorker?.getRegistration()) as
    | (ServiceWorkerRegistration & { readonly sync?: { readonly register: (tag: string) => Promise<void> } })
    | undefined;
  await registration?.sync?.register('anxun-sync');
};

/** Call once, after `startSession`. */
export const startSync = (): void => {
  let loop: Loop | null = null;
  let waking: Database | null = null;
  let unwatch = (): void => undefined;
  const rouse = (): void => {
    if (isVisible()) void wake(loop, waking).catch(() => undefined);
    else void registerBackground().catch(() => undefined);
  };
  watch(
    () => (session.value.needsLogin ? null : session.value.db),
    (db) => {
      waking = db;
      loop = db === null ? null : open(db);
      useLoop(loop);
      void loop?.now();
    },
    { immediate: true },
  );
  watch(
    () => session.value.db,
    async (db) => {
      unwatch();
      unwatch = () => undefined;
      if (db === null) return;
      const { watchPasses } = await import('./guests');
      if (session.value.db === db) unwatch = watchPasses(db);
    },
    { immediate: true },
  );
  document.addEventListener('visibilitychange', rouse);
  globalThis.addEventListener('online', rouse);
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.data === 'anxun-sync') rouse();
  });
};
