/** One issued paper with everything that is printed: its words, its fingerprint, the square, its photos. */

import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { useLive, type Live } from '@/data/live';
import { useDatabase } from '@/data/session';
import { get } from '@/data/view';
import { loadBytes } from '@/photo/queries';
import { compose, type Composed } from '../logic/compose';
import { asDataUrl } from '../logic/file';
import { fingerprint, SHOWN } from '../logic/fingerprint';
import { findLayout, type Layout } from '../logic/layouts';
import { parseSheet, type Paper, type Sheet } from '../logic/rows';
import type { Mark } from '../logic/shapes';
import { paperWith } from '../queries';

export interface Printed {
  readonly layout: Layout;
  readonly composed: Composed;
  readonly marks: readonly Mark[];
  readonly hash: string;
  readonly url: string;
  readonly pictures: Readonly<Record<string, string>>;
}

export interface OpenPaper {
  readonly found: Live<{ paper: Paper; sheet: Sheet } | null | undefined>;
  readonly printed: ShallowRef<Printed | null>;
  readonly isWhole: ComputedRef<boolean>;
}

export function usePaper(id: string): OpenPaper {
  const db = useDatabase();
  const found = useLive<{ paper: Paper; sheet: Sheet } | null | undefined>(() => paperWith(db, id), undefined);
  const printed = shallowRef<Printed | null>(null);

  async function picturesOf(marks: readonly Mark[]): Promise<Record<string, string>> {
    const shown: Record<string, string> = {};
    for (const { id: photo } of marks.flatMap((mark) => mark.photos ?? [])) {
      const row = await get(db, 'photo', photo);
      const bytes = row && (await loadBytes(db, row));
      if (bytes) shown[photo] = await asDataUrl(bytes);
    }
    return shown;
  }

  watch(found, async (now) => {
    if (!now) return;
    const { body, signing } = parseSheet(now.sheet);
    const layout = findLayout(body.layout, body.version);
    if (!layout) return;
    const hash = await fingerprint(now.sheet.body, now.sheet.signing);
    const url = `${location.origin}/v/${body.code}?h=${hash.slice(0, SHOWN)}`;
    printed.value = { layout, composed: compose(layout, body, signing), marks: signing.marks, hash, url, pictures: await picturesOf(signing.marks) };
  }, { immediate: true });

  /** What the server numbered is what lies here. */
  const isWhole = computed(() => {
    const hash = found.value?.paper.hash ?? '';
    return hash === '' || hash === printed.value?.hash;
  });
  return { found, printed, isWhole };
}
