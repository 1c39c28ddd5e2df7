/** Items that are answered by something else: their photos, a signature. */

import { watch } from 'vue';
import type { SignedName } from '@/answers/field';
import { setPhotoAnswer, setSignatureAnswer } from '../commands';
import type { Here, Walkthrough } from './useWalkthrough';

const photoIds = (here: Here): string => here.photos.map((photo) => photo.id).join();
const said = (here: Here): string => (Array.isArray(here.values['v']) ? here.values['v'].join() : '');

export function useAttached({ open, book, saving, here }: Walkthrough): { readonly keepSignature: (signed: SignedName) => Promise<void> } {
  async function followPhotos(): Promise<void> {
    const at = here.value;
    if (at?.item.answer.type !== 'photo' || open.locked.value || said(at) === photoIds(at)) return;
    if (await saving.save(() => setPhotoAnswer(open.db, open.id, at.line, at.photos))) await book.refresh([at.line]);
  }

  watch(() => (here.value?.item.answer.type === 'photo' ? `${here.value.key} ${photoIds(here.value)}` : null), followPhotos);

  return {
    keepSignature: async (signed) => {
      const line = here.value?.line;
      if (line && (await saving.save(() => setSignatureAnswer(open.db, open.id, line, signed)))) await book.refresh([line]);
    },
  };
}
