/** Words in a field: those that are kept, until somebody types; then theirs, until the field is left. */
import { ref, watch, type Ref } from 'vue';
import type { Value } from '@/engine/definition';
import { isText } from '@/engine/values';

export interface Typed {
  readonly text: Ref<string>;
  /** A key was pressed; it is told what stands in the field. */
  readonly type: () => void;
  /** The field was left, changed or not. */
  readonly leave: () => void;
  /** What stands in the field is the answer. */
  readonly settle: () => void;
}

export function useTyped(kept: () => Value, say: (value: Value) => void, tell: (words: string) => void): Typed {
  const words = (): string => {
    const value = kept();
    return typeof value === 'string' ? value : '';
  };
  const text = ref(words());
  /** What was kept when somebody began to type; null while nobody does. */
  let began: string | null = null;

  // Another answer may come while somebody types: a colleague's, or one's own words of a moment ago.
  watch(kept, () => {
    if (began === null) text.value = words();
  });

  function settle(): void {
    began = null;
    say(isText(text.value) ? text.value.trim() : null);
  }

  return {
    text,
    settle,
    type: () => {
      began ??= words();
      tell(text.value);
    },
    leave: () => {
      if (began === null) return;
      if (text.value !== began) settle();
      else {
        began = null;
        text.value = words();
        tell(text.value);
      }
    },
  };
}
