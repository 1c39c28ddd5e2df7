/// <reference lib="webworker" />
/** Keeps the app itself on the phone, and nothing else: data never lives in the HTTP cache. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
  readonly anxunBackgroundSync?: () => Promise<void>;
};

/** Paths that only the server can answer, even when they are typed into the address bar. */
const SERVER_ONLY = [/^\/api\//, /^\/healthz$/, /^\/readyz$/, /^\/metrics$/, /^\/problems\//];
/** Both the browser's name for the wish to send, and the word a page listens for. */
const SEND = 'anxun-sync';
const SENDER = '/sw-background.js';

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER_ONLY }));

/** What is imported while installing may be imported again later, even offline; so starting the app never parses it. */
self.addEventListener('install', () => {
  self.importScripts(SENDER);
});

/** The page decides when: it knows whether something is unsaved. */
self.addEventListener('message', (event) => {
  const message: unknown = event.data;
  if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'SKIP_WAITING') {
    void self.skipWaiting();
  }
});

/** The browser found a line. An open page sends by itself; with none open, this sends one round. */
async function sendInBackground(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' });
  for (const page of pages) page.postMessage(SEND);
  if (pages.length > 0) return;
  if (!self.anxunBackgroundSync) self.importScripts(SENDER);
  await self.anxunBackgroundSync?.();
}

self.addEventListener('sync', (event) => {
  const { tag } = event as SyncEvent;
  if (tag === SEND) (event as SyncEvent).waitUntil(sendInBackground());
});
