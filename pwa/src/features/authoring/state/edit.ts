/** What the forms of the editor share: the document, a way to change it, and the mistakes beside each field. */
import { inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { Mistake } from '../api';
import type { Tree } from '../logic/pointer';

export interface Edit {
  readonly tree: ComputedRef<Tree>;
  readonly locked: Ref<boolean>;
  readonly get: (pointer: string) => unknown;
  /** `undefined` takes the place away. */
  readonly set: (pointer: string, value: unknown) => void;
  readonly apply: (tree: Tree, field?: string | null) => void;
  readonly mistakesAt: (pointer: string) => readonly Mistake[];
  readonly mistakesWithin: (pointer: string) => readonly Mistake[];
}

const EDIT: InjectionKey<Edit> = Symbol('edit');

export const provideEdit = (edit: Edit): void => { provide(EDIT, edit); };

export function useEdit(): Edit {
  const edit = inject(EDIT);
  if (!edit) throw new Error('a form of the editor outside the editor');
  return edit;
}
