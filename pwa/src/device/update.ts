/** A new version of the app: fetched in the background, started only when the person agrees and no window is in the middle of something. */
import { ref, readonly, watch } from 'vue';
import { hasUnsaved } from './unsaved';

const isReady = ref(false);
const isHeld = ref(false);
const CHECK_MS = 60 * 60 * 1000;
/** How long another window has to say that somebody is writing there. */
const ANSWER_MS = 400;
const CHANNEL = 'anxun-update';

/** A new version waits. */
export const isUpdateReady = readonly(isReady);
/** The person agreed, but another window holds something unfinished. */
export const isUpdateHeld = readonly(isHeld);

let apply: (() => Promise<void>) | null = null;
let channel: BroadcastChannel | null = null;

/** Start the service worker. In development there is none, and in some embedded browsers neither. */
export async function startUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  answerOthers();
  const { registerSW } = await import('virtual:pwa-register');
  const update = registerSW({
    onNeedRefresh: () => (isReady.value = true),
    onNeedReload: reloadWhenDone,
    onRegisteredSW: (_url, registration) => {
      if (registration) setInterval(() => void registration.update().catch(() => undefined), CHECK_MS);
    },
  });
  apply = () => update(true);
}

/** Switch to the waiting version; the page reloads when it has taken over. Does nothing while a window is busy. */
export async function applyUpdate(): Promise<void> {
  isHeld.value = hasUnsaved.value || (await isBusyElsewhere());
  if (!isHeld.value) await apply?.();
}

/** Another window has switched: this one follows as soon as nothing here would be interrupted. */
export function reloadWhenDone(reload: () => void = () => { location.reload(); }): void {
  const stop = watch(hasUnsaved, (isDirty) => {
    if (isDirty) return;
    queueMicrotask(() => { stop(); });
    reload();
  }, { immediate: true, flush: 'sync' });
}

/** Answer the question of other windows. */
export function answerOthers(): void {
  if (typeof BroadcastChannel === 'undefined') return;
  channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }) => {
    if (data === 'ask' && hasUnsaved.value) channel?.postMessage('busy');
  });
}

/** Ask the other windows of this browser; one that does not answer has nothing to lose. */
export function isBusyElsewhere(): Promise<boolean> {
  if (typeof BroadcastChannel === 'undefined') return Promise.resolve(false);
  const asking = new BroadcastChannel(CHANNEL);
  return new Promise<boolean>((resolve) => {
    asking.addEventListener('message', ({ data }) => { if (data === 'busy') resolve(true); });
    asking.postMessage('ask');
    setTimeout(() => { resolve(false); }, ANSWER_MS);
  }).finally(() => { asking.close(); });
}
