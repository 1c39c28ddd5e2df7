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

  // The frame's head may be one line or three; what sticks below it has to know.
  const head = (): HTMLElement | null => document.querySelector<HTMLElement>('.shell > header');
  const measure = new ResizeObserver(() => {
    // The line that says what was done stands above the answers, not on them.
    root.style.setProperty('--bar-space', `${String(dock.value?.offsetHeight ?? 0)}px`);
    root.style.setProperty('--head-space', `${String(head()?.offsetHeight ?? 0)}px`);
  });
  const observe = (element: HTMLElement | null): void => {
    if (element) measure.observe(element);
  };
  watch(dock, (element) => {
    measure.disconnect();
    observe(head());
    observe(element);
  });

  onMounted(() => {
    root.classList.add('walking');
    observe(head());
  });
  onBeforeUnmount(() => {
    hideSnack();
    measure.disconnect();
    root.style.removeProperty('--bar-space');
    root.style.removeProperty('--head-space');
    root.classList.remove('walking');
  });
}
