/** A record that leaves the phone while somebody is writing about it: the form keeps what it was opened with. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';

export interface Frozen<T> {
  /** The record, or while a form is open the last one that was seen. */
  readonly one: ComputedRef<T | null | undefined>;
  /** It is gone: nothing more can be sent about it from here. */
  readonly isGone: ComputedRef<boolean>;
}

export function useFrozen<T>(live: Readonly<Ref<T | null | undefined>>, isWriting: () => boolean): Frozen<T> {
  const last = ref<{ readonly value: T } | null>(null) as Ref<{ readonly value: T } | null>;
  watch(live, (now) => { if (now !== null && now !== undefined) last.value = { value: now }; }, { immediate: true });
  const isGone = computed(() => live.value === null && last.value !== null && isWriting());
  return { isGone, one: computed(() => (isGone.value ? last.value?.value : live.value)) };
}
