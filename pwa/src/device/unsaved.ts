/** Who must not be interrupted now: a half-written form, an open camera. An update of the app waits for them. */
import { computed, onScopeDispose, shallowReactive } from 'vue';

const holders = shallowReactive(new Map<symbol, () => boolean>());

export const hasUnsaved = computed(() => [...holders.values()].some((isDirty) => isDirty()));

/** While the component is there and `isDirty` says so, nothing reloads the page. */
export function useUnsaved(isDirty: () => boolean): void {
  const holder = Symbol('unsaved');
  holders.set(holder, isDirty);
  onScopeDispose(() => holders.delete(holder));
}
