/** The one line at the bottom that says what was just done and lets it be taken back. */
import { shallowReadonly, shallowRef } from 'vue';

export interface Snack {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** 6 s is long enough to read the line, look up, and press. */
  readonly seconds?: number;
}

const UNDO_SECONDS = 6;
const current = shallowRef<Snack | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export const snack = shallowReadonly(current);

export function showSnack(next: Snack): void {
  clearTimeout(timer);
  current.value = next;
  timer = setTimeout(hideSnack, (next.seconds ?? UNDO_SECONDS) * 1000);
}

export function hideSnack(): void {
  clearTimeout(timer);
  current.value = null;
}

export function runSnackAction(): void {
  const run = current.value?.action?.run;
  hideSnack();
  run?.();
}
