/** The camera as a component sees it: opening, live, or refused with a reason that can be acted upon. */

import { onBeforeUnmount, onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { openCamera, type Camera, type CameraRefusal } from '@/device/camera';
import { warmUp } from '@/device/photo-pipeline';
import { watchPosition, type PositionWatch } from '@/device/photo-position';
import type { Position } from '@/device/photo-exif';

export interface CameraState {
  readonly state: Ref<'opening' | 'live' | 'refused'>;
  readonly refusal: Ref<CameraRefusal | null>;
  readonly camera: ShallowRef<Camera | null>;
  readonly torch: Ref<boolean>;
  readonly start: () => Promise<void>;
  readonly toggleTorch: () => Promise<void>;
  readonly position: () => Position | null;
}

function usePosition(): () => Position | null {
  let places: PositionWatch | null = null;
  onMounted(() => (places = watchPosition()));
  onBeforeUnmount(() => places?.stop());
  return () => places?.latest() ?? null;
}

/** A stream is there before its first picture; a shot in between would have nothing to take. */
async function showIn(video: HTMLVideoElement | null, stream: MediaStream): Promise<void> {
  if (!video) return;
  const shown = new Promise((resolve) => {
    video.addEventListener('loadeddata', resolve, { once: true });
  });
  video.srcObject = stream;
  await shown;
}

/** Opens the rear camera with the component and lets it go with it. */
export function useCamera(video: Readonly<ShallowRef<HTMLVideoElement | null>>): CameraState {
  const state = ref<'opening' | 'live' | 'refused'>('opening');
  const refusal = ref<CameraRefusal | null>(null);
  const camera = shallowRef<Camera | null>(null);
  const torch = ref(false);
  const position = usePosition();
  let gone = false;

  function release(): void {
    camera.value?.stop();
    camera.value = null;
    torch.value = false;
  }

  async function show(opened: Camera): Promise<void> {
    if (gone) {
      opened.stop();
      return;
    }
    camera.value = opened;
    // A permission withdrawn, a cable pulled: what the video still shows is the past and must not become a photo.
    opened.stream.getVideoTracks()[0]?.addEventListener('ended', resume, { once: true });
    await showIn(video.value, opened.stream);
    if (camera.value === opened) state.value = 'live';
  }

  async function start(): Promise<void> {
    state.value = 'opening';
    const opened = await openCamera();
    refusal.value = opened.ok ? null : opened.why;
    if (opened.ok) await show(opened.camera);
    else state.value = 'refused';
  }

  /** A phone takes the camera away while the app is in the background; it is asked for again in sight. */
  function resume(): void {
    const track = camera.value?.stream.getVideoTracks()[0];
    if (document.visibilityState !== 'visible' || track?.readyState !== 'ended') return;
    release();
    void start();
  }

  onMounted(() => {
    warmUp();
    document.addEventListener('visibilitychange', resume);
    void start();
  });
  onBeforeUnmount(() => {
    gone = true;
    document.removeEventListener('visibilitychange', resume);
    release();
  });

  async function toggleTorch(): Promise<void> {
    if (await camera.value?.setTorch(!torch.value)) torch.value = !torch.value;
  }

  return { state, refusal, camera, torch, start, toggleTorch, position };
}
