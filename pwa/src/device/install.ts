/** Putting the app on the home screen: the browser's offer is kept until the person asks for it. */
import { readonly, ref, shallowRef } from 'vue';

interface InstallOffer extends Event {
  readonly prompt: () => Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

const offer = shallowRef<InstallOffer | null>(null);
const installed = ref(isStandalone());

export const isInstalled = readonly(installed);
/** The browser can install with one press; otherwise only its own menu can. */
export const canInstall = (): boolean => offer.value !== null;

export function watchInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer.value = event as InstallOffer;
  });
  addEventListener('appinstalled', () => {
    installed.value = true;
    offer.value = null;
  });
}

export async function install(): Promise<boolean> {
  const result = await offer.value?.prompt();
  offer.value = null;
  return result?.outcome === 'accepted';
}

function isStandalone(): boolean {
  if (typeof matchMedia !== 'function') return false;
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;
}
