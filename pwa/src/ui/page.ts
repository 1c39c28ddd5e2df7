/** What the frame around a page shows in its head. Pages that say nothing get the title of their route. */
import { onScopeDispose, readonly, shallowRef, watchEffect } from 'vue';

const title = shallowRef<string | null>(null);

export const pageTitle = readonly(title);

/** Give the page a title of its own, as long as it is shown: the name of a place, the number of a hazard. */
export function usePageTitle(source: () => string | null | undefined): void {
  const stop = watchEffect(() => {
    title.value = source() ?? null;
  });
  onScopeDispose(() => {
    stop();
    title.value = null;
  });
}
