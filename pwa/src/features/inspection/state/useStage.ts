/** The page as a stage: focus and scroll follow the line, and nothing covers the answers. */

import { nextTick, onBeforeUnmount, onMounted, watch, type ComputedRef, type ShallowRef } from 'vue';
import { hideSnack } from '@/ui/snack';

export function useStage(index: ComputedRef<number>, dock: Readonly<ShallowRef<HTMLElement | null>>): void {
  const root = document.documentElement;

  watch(index, async () => {
    await nextTick();
    scrollTo({ top: 0 });
    document.querySelector<HTMLElement>('[data-testid="item-ask"]')?.focus({ preventScroll: true });
  });

  // The line that says what was done stands above the answers, not on them.
  const measure = new ResizeObserver(() => {
    root.style.setProperty('--bar-space', `${String(dock.value?.offsetHeight ?? 0)}px`);
  });
  watch(dock, (element) => {
    measure.disconnect();
    if (element) measure.observe(element);
  });

  onMounted(() => {
    root.classList.add('walking');
  });
  onBeforeUnmount(() => {
    hideSnack();
    measure.disconnect();
    root.style.removeProperty('--bar-space');
    root.classList.remove('walking');
  });
}
