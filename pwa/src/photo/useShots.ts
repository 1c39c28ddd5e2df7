/** Shots on their way to the disk. The shutter never waits; the strip shows only what has arrived. */

import { ref, type Ref } from 'vue';
import type { PhotoOrigin } from '@/data/records';
import { useDatabase } from '@/data/session';
import type { Camera } from '@/device/camera';
import type { Position } from '@/device/photo-exif';
import { t } from '@/i18n/i18n';
import { keepShot, type Shot } from './commands';
import type { PhotoScene, PhotoTarget } from './target';

export type ShotFailure = 'full' | 'image' | 'camera' | 'storage';

export interface Shots {
  readonly pending: Ref<number>;
  readonly failure: Ref<ShotFailure | null>;
  readonly fromCamera: (camera: Camera, video: HTMLVideoElement) => Promise<void>;
  readonly fromFiles: (files: readonly File[]) => Promise<void>;
}

export const IMAGE_TROUBLE = new Set(['not-an-image', 'unreadable']);
/** The phone's own camera app hands over a picture taken seconds ago; anything older came from the gallery. */
const FRESH_MS = 5 * 60_000;

const failureOf = (error: unknown): ShotFailure => (error instanceof Error && error.name === 'StorageFull' ? 'full' : 'storage');

export function useShots(target: () => PhotoTarget, scene: () => PhotoScene, position: () => Position | null): Shots {
  const db = useDatabase();
  const pending = ref(0);
  const failure = ref<ShotFailure | null>(null);

  async function keep(shot: Shot): Promise<void> {
    pending.value += 1;
    failure.value = null;
    try {
      const outcome = await keepShot(db, shot, target(), scene());
      if (!outcome.ok) failure.value = IMAGE_TROUBLE.has(outcome.reason) ? 'image' : 'camera';
    } catch (error) {
      failure.value = failureOf(error);
    } finally {
      pending.value -= 1;
    }
  }

  const words = (): Shot['words'] => ({ taken: t('photo.stamp-taken'), added: t('photo.stamp-added') });

  return {
    pending,
    failure,
    fromCamera: async (camera, video) => {
      const at = Date.now();
      try {
        const source = await camera.shoot(video);
        void keep({ source, origin: 'camera', at, position: position(), words: words() });
      } catch {
        failure.value = 'camera';
      }
    },
    fromFiles: async (files) => {
      for (const file of files) {
        const at = Date.now();
        const fresh = at - file.lastModified < FRESH_MS;
        const origin: PhotoOrigin = fresh ? 'file' : 'gallery';
        await keep({ source: file, origin, at, position: fresh ? position() : null, words: words() });
      }
    },
  };
}
