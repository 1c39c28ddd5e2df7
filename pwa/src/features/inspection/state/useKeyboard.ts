/** Keys for those who inspect at a desk: 1 2 3 answer, j and k move. */

import { onBeforeUnmount, onMounted } from 'vue';

const TYPING = 'input, textarea, select, [contenteditable="true"]';

export function useKeyboard(keys: Readonly<Record<string, () => void>>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    // An open sheet has its own keys.
    if (document.querySelector('dialog[open]')) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  }
  onMounted(() => {
    addEventListener('keydown', press);
  });
  onBeforeUnmount(() => {
    removeEventListener('keydown', press);
  });
}
