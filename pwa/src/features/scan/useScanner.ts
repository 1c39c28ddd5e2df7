/** The scanner for as long as a page shows it: it rests while the app is in the background. */
import { onMounted, onUnmounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { ScannerError, startScanner, type Scanner, type ScannerTrouble } from '@/device/scanner';

export interface ScannerControl {
  readonly trouble: Readonly<Ref<ScannerTrouble | null>>;
  readonly scanner: Readonly<ShallowRef<Scanner | null>>;
  readonly isTorchOn: Readonly<Ref<boolean>>;
  readonly toggleTorch: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

export function useScanner(video: Readonly<Ref<HTMLVideoElement | null>>, onCodes: (texts: readonly string[]) => void): ScannerControl {
  const trouble = ref<ScannerTrouble | null>(null);
  const scanner = shallowRef<Scanner | null>(null);
  const isTorchOn = ref(false);
  let isGone = false;

  function rest(): void {
    scanner.value?.stop();
    scanner.value = null;
    isTorchOn.value = false;
  }

  async function restart(): Promise<void> {
    rest();
    if (!video.value || document.hidden) return;
    trouble.value = null;
    try {
      const started = await startScanner(video.value, onCodes);
      if (isGone || document.hidden) started.stop();
      else scanner.value = started;
    } catch (error) {
      trouble.value = error instanceof ScannerError ? error.trouble : 'busy';
    }
  }

  async function toggleTorch(): Promise<void> {
    await scanner.value?.setTorch(!isTorchOn.value);
    isTorchOn.value = !isTorchOn.value;
  }

  const follow = (): void => {
    if (document.hidden) rest();
    else void restart();
  };

  onMounted(() => {
    document.addEventListener('visibilitychange', follow);
    void restart();
  });
  onUnmounted(() => {
    isGone = true;
    document.removeEventListener('visibilitychange', follow);
    rest();
  });
  return { trouble, scanner, isTorchOn, toggleTorch, restart };
}
