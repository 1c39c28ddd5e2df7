/// <reference lib="webworker" />
/** Keeps the app itself on the phone, and nothing else: data never lives in the HTTP cache. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { cacheNames } from 'workbox-core';
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

const files = self.__WB_MANIFEST;
const FRESH: ReadonlySet<string> = new Set(
  files.map((file) => new URL(typeof file === 'string' ? file : file.url, self.location.origin).pathname),
);
precacheAndRoute(files);
cleanupOutdatedCaches();
/** The page without an account is none of the app's. */
registerRoute(new NavigationRoute(createHandlerBoundToURL('/tips.html'), { allowlist: [/^\/tips(\/|$)/] }));
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER_ONLY }));

/**
 * The files of the version before: a window that still runs it opens its pages with them, even offline. The version before
 * that is forgotten. Only files whose names hold their hash: another version never has another file of that name.
 */
const BEFORE = 'anxun-before';
const ASSETS = '/assets/';
const isAsset = (address: string): boolean => new URL(address).pathname.startsWith(ASSETS);

async function keepVersionBefore(fresh: ReadonlySet<string>): Promise<void> {
  const [now, before] = await Promise.all([caches.open(cacheNames.precache), caches.open(BEFORE)]);
  const old = (await now.keys()).filter(({ url }) => isAsset(url) && !fresh.has(new URL(url).pathname));
  if (old.length === 0) return;
  const wanted = new Set(old.map(({ url }) => url));
  for (const request of await before.keys()) if (!wanted.has(request.url)) await before.delete(request);
  for (const request of old) {
    const kept = await now.match(request);
    if (kept) await before.put(request, kept);
  }
}

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith(ASSETS),
  async ({ request }) => (await caches.match(request, { cacheName: BEFORE })) ?? fetch(request),
);

/** What is imported while installing may be imported again later, even offline; so starting the app never parses it. */
self.addEventListener('install', (event) => {
  self.importScripts(SENDER);
  event.waitUntil(keepVersionBefore(FRESH));
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
