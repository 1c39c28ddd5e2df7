/// <reference lib="webworker" />
/** The part of the service worker that sends with no page open; a script of its own, because most starts never need it. */
import { backgroundSync } from './sync/background';

declare const self: ServiceWorkerGlobalScope & { anxunBackgroundSync?: () => Promise<void> };
declare const __APP_VERSION__: string;

self.anxunBackgroundSync = () => backgroundSync(__APP_VERSION__);
