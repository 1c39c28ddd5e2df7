/** A page that broke: kept for the frame to show in plain words, with something to quote. */
import { shallowReadonly, shallowRef } from 'vue';

const LONGEST = 120;
const current = shallowRef<string | null>(null);

/** What to quote, while something is broken. */
export const failure = shallowReadonly(current);

export function fail(error: unknown): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  current.value = text.slice(0, LONGEST);
}

export function recover(): void {
  current.value = null;
}
