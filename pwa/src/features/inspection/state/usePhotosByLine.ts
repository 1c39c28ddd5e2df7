/** The photos of each line, as they are to be seen. */

import { computed } from 'vue';
import type { Live } from '@/data/live';
import type { Photo } from '@/data/records';
import { answerKey } from '@/engine/definition';
import { visiblePhotos } from '@/photo/queries';

export type PhotosByLine = (key: string) => readonly Photo[];

const NONE: readonly Photo[] = [];

export function usePhotosByLine(photos: Live<readonly Photo[]>): PhotosByLine {
  const grouped = computed(() => {
    const lines = new Map<string, Photo[]>();
    for (const photo of visiblePhotos(photos.value)) {
      if (photo.item_key === null) continue;
      const key = answerKey(photo.target_id ?? '', photo.item_key);
      const own = lines.get(key) ?? [];
      lines.set(key, own);
      own.push(photo);
    }
    return lines;
  });
  return (key) => grouped.value.get(key) ?? NONE;
}
