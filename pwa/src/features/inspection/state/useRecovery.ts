/** After the app was killed: half-typed words become answers, and a camera that was open is offered again. */

import { watch } from 'vue';
import { t } from '@/i18n/i18n';
import { forgetIntent } from '@/photo/commands';
import { readIntent } from '@/photo/queries';
import { showSnack } from '@/ui/snack';
import { setAnswer } from '../commands';
import { halfTyped } from '../half-typed';
import type { Walkthrough } from './useWalkthrough';

async function finishTexts({ open, state, book }: Walkthrough): Promise<void> {
  for (const { line: key, field, text, over } of await halfTyped(open.db, open.id)) {
    const line = state.walk.value.lines[state.walk.value.at.get(key) ?? -1];
    if (!line) continue;
    await setAnswer(open.db, open.id, line, { [field]: text === '' ? null : text }, over === undefined ? {} : { [field]: over });
    await book.refresh([line]);
  }
}

async function offerCamera({ open, state, standing, sheet }: Walkthrough, reopen: () => void): Promise<void> {
  const intent = await readIntent(open.db);
  if (!intent) await forgetIntent(open.db);
  const { target } = intent ?? {};
  if (target?.inspection !== open.id || target.item === undefined) return;
  const index = state.walk.value.at.get(`${target.target ?? ''}|${target.item}`);
  await forgetIntent(open.db);
  if (index === undefined) return;
  standing.go(index);
  if (target.purpose === 'found') sheet.value = 'hazard';
  else showSnack({ text: t('inspection.camera-was-open'), action: { label: t('inspection.camera-reopen'), run: reopen } });
}

/** Once, as soon as the walk stands. */
export function useRecovery(walkthrough: Walkthrough, reopen: () => void): void {
  const { open, book, state, standing } = walkthrough;
  const stop = watch(
    () => book.ready.value && standing.restored.value && state.walk.value.lines.length > 0,
    (ready) => {
      if (!ready) return;
      queueMicrotask(() => {
        stop();
      });
      if (open.locked.value) return;
      void finishTexts(walkthrough).then(() => offerCamera(walkthrough, reopen));
    },
    { immediate: true },
  );
}
