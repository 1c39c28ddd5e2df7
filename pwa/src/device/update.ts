/** A new version of the app: fetched in the background, started only when the person agrees. */
import { ref, readonly } from 'vue';

const isReady = ref(false);
const CHECK_MS = 60 * 60 * 1000;

/** A new version waits. */
export const isUpdateReady = readonly(isReady);

let apply: (() => Promise<void>) | null = null;

/** Start the service worker. In development there is none, and in some embedded browsers neither. */
export async function startUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const { registerSW } = await import('virtual:pwa-register');
  const update = registerSW({
    onNeedRefresh: () => (isReady.value = true),
    onRegisteredSW: (_url, registration) => {
      if (registration) setInterval(() => void registration.update().catch(() => undefined), CHECK_MS);
    },
  });
  apply = () => update(true);
}

/** Switch to the waiting version; the page reloads when it has taken over. */
export async function applyUpdate(): Promise<void> {
  await apply?.();
}
