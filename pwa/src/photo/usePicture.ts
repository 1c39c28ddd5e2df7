/** A picture's address for an <img>, given back to the browser's memory as soon as it is no longer shown. */

import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Photo } from '@/data/records';
import { useDatabase } from '@/data/session';
import { loadPicture, type PictureSize } from './queries';

export interface ShownPicture {
  readonly url: Ref<string | null>;
  readonly opaque: Ref<boolean>;
}

export function usePicture(photo: () => Photo | null | undefined, size: PictureSize): ShownPicture {
  const db = useDatabase();
  const url = ref<string | null>(null);
  const opaque = ref(false);
  let own: string | null = null;
  let turn = 0;

  function drop(): void {
    if (own !== null) URL.revokeObjectURL(own);
    own = null;
  }

  async function show(wanted: Photo): Promise<void> {
    turn += 1;
    const mine = turn;
    const picture = await loadPicture(db, wanted, size);
    if (mine !== turn) return;
    drop();
    opaque.value = picture.kind === 'opaque';
    if (picture.kind === 'local') own = URL.createObjectURL(picture.blob);
    url.value = picture.kind === 'remote' ? picture.url : own;
  }

  watch(
    () => [photo()?.id, photo()?.state] as const,
    () => {
      const wanted = photo();
      if (wanted) void show(wanted);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    turn += 1;
    drop();
  });
  return { url, opaque };
}
