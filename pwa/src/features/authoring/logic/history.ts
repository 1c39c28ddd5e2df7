/** Undo and redo: documents are never changed, so remembering one costs a reference. Pure. */

export interface History<D> {
  readonly past: readonly D[];
  readonly present: D;
  readonly future: readonly D[];
  /** What was changed last: typing on in the same field is one step. */
  readonly field: string | null;
}

const LONGEST = 200;

export const begin = <D>(present: D): History<D> => ({ past: [], present, future: [], field: null });

export function change<D>(history: History<D>, next: D, field: string | null = null): History<D> {
  if (next === history.present) return history;
  const isTyping = field !== null && field === history.field;
  const past = isTyping ? history.past : [...history.past, history.present].slice(-LONGEST);
  return { past, present: next, future: [], field };
}

export function undo<D>(history: History<D>): History<D> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future], field: null };
}

export function redo<D>(history: History<D>): History<D> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, field: null };
}
