/** Whether the list has room beside the card. What is not shown is not made either. */

import { onScopeDispose, readonly, ref, type Ref } from 'vue';

export function useWide(): Readonly<Ref<boolean>> {
  const query = matchMedia('(min-width: 1024px)');
  const wide = ref(query.matches);
  const follow = (): void => {
    wide.value = query.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => {
    query.removeEventListener('change', follow);
  });
  return readonly(wide);
}
