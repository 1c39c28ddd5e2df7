/** The browser's opinion of the network: a hint for what to say first, never a reason not to try. */
import { readonly, ref } from 'vue';

const online = ref(typeof navigator === 'undefined' || navigator.onLine);

export const isOnline = readonly(online);

if (typeof addEventListener === 'function') {
  addEventListener('online', () => (online.value = true));
  addEventListener('offline', () => (online.value = false));
}
