/** A picture's address for an <img>, given back to the browser's memory as soon as it is no longer shown. */

import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Photo } from '@/data/records';
import { useDatabase } from '@/data/session';
import { loadPicture, type PictureSize } from './queries';

export interface ShownPicture {
  readonly url: Ref<string | null>;
  readonly opaque: Ref<boolean>;
  /** To be called when the picture did not load: the server may still be drawing it. */
  readonly again: () => void;
}

/** The server draws a new photo within seconds; after these pauses it is asked once more each. */
const PAUSES_MS = [3_000, 10_000, 30_000];

export function usePicture(photo: () => Photo | null | undefined, size: PictureSize): ShownPicture {
  const db = useDatabase();
  const url = ref<string | null>(null);
  const opaque = ref(false);
  let own: string | null = null;
  let turn = 0;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

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

  function again(): void {
    const remote = url.value;
    const pause = PAUSES_MS[tries];
    if (remote === null || own !== null || pause === undefined) return;
    tries += 1;
    clearTimeout(timer);
    timer = setTimeout(() => {
      url.value = `${remote.split('?')[0] ?? remote}?again=${String(tries)}`;
    }, pause);
  }

  watch(
    () => [photo()?.id, photo()?.state] as const,
    () => {
      const wanted = photo();
      tries = 0;
      clearTimeout(timer);
      if (wanted) void show(wanted);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    turn += 1;
    clearTimeout(timer);
    drop();
  });
  return { url, opaque, again };
}
