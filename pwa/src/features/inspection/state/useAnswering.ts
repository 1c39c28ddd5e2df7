/** Answering the line one stands on: to the disk first, then onwards, with a way back. */

import type { Answer } from '@/data/records';
import type { Line, Value, Values } from '@/engine/definition';
import { judge } from '@/engine/judge';
import { t } from '@/i18n/i18n';
import { showSnack } from '@/ui/snack';
import { clearResults, passRest, setAnswer, type FieldSet } from '../commands';
import { isSettled } from '../logic/status';
import type { AnswerBook } from './useAnswers';
import type { Saving } from './useSaving';
import type { Standing } from './useStanding';
import type { OpenVisit } from './useVisit';
import type { WalkState } from './useWalk';

export type Said = 'pass' | 'fail' | 'na' | 'unable';

export interface Answering {
  /** Set fields of a line; true once they are kept. */
  readonly put: (index: number, set: FieldSet) => Promise<boolean>;
  /** A tap on one of the big answers. */
  readonly answer: (index: number, result: Said) => Promise<void>;
  /** A value of the item itself or of one of its readings. */
  readonly fill: (index: number, field: string, value: Value) => Promise<void>;
  readonly rest: (indexes: readonly number[]) => Promise<void>;
  /** Leave a settled line for the next open one. */
  readonly onward: (index: number) => void;
}

export interface Asking {
  readonly hazard: (index: number) => void;
  readonly reason: (index: number) => void;
  readonly finished: () => void;
}

interface Parts {
  readonly open: OpenVisit;
  readonly book: AnswerBook;
  readonly state: WalkState;
  readonly standing: Standing;
  readonly saving: Saving;
  readonly asking: Asking;
}

const EMPTY: Values = {};

const lineAt = ({ state }: Parts, index: number): Line | undefined => state.walk.value.lines[index];
const valuesAt = ({ state, book }: Parts, index: number): Values => book.values.value[state.walk.value.keys[index] ?? ''] ?? EMPTY;

/** `then` runs in the turn that shows the answer, so that both are drawn together. */
async function putInto(parts: Parts, index: number, set: FieldSet, then?: () => void): Promise<boolean> {
  const { open, saving, book } = parts;
  const line = lineAt(parts, index);
  if (!line || open.locked.value) return false;
  let answers: readonly Answer[] = [];
  const kept = await saving.save(async () => {
    answers = await setAnswer(open.db, open.id, line, set);
  });
  if (!kept) return false;
  if (answers.length > 0) book.take(answers);
  else await book.refresh([line]);
  then?.();
  return true;
}

/** A reading out of its limits fails the line by itself; one that is put right takes that back. */
function withVerdict(parts: Parts, index: number, field: string, value: Value): FieldSet {
  const { state } = parts;
  const item = state.library.value.items.get(lineAt(parts, index)?.item ?? '');
  if (item?.answer.type !== 'pass-fail-na') return { [field]: value };
  const values = valuesAt(parts, index);
  const isOut = (now: Values): boolean => judge(item, now, state.today).out.length > 0;
  const after = isOut({ ...values, [field]: value });
  if (after && values['result'] !== 'fail') return { [field]: value, result: 'fail' };
  const putRight = isOut(values) && !after && values['result'] === 'fail';
  return putRight ? { [field]: value, result: null } : { [field]: value };
}

async function passAll(parts: Parts, indexes: readonly number[]): Promise<boolean> {
  const { open, saving, book } = parts;
  const lines = indexes.map((index) => lineAt(parts, index)).filter((line) => line !== undefined);
  const keep = async (work: () => Promise<void>): Promise<boolean> => {
    const kept = await saving.save(work);
    if (kept) await book.refresh(lines);
    return kept;
  };
  if (!(await keep(() => passRest(open.db, open.id, lines)))) return false;
  const undo = (): void => void keep(() => clearResults(open.db, open.id, lines));
  showSnack({ text: t('inspection.rest-kept', { n: lines.length }), action: { label: t('common.undo'), run: undo } });
  return true;
}

export function useAnswering(parts: Parts): Answering {
  const { state, standing, asking } = parts;
  const put = (index: number, set: FieldSet): Promise<boolean> => putInto(parts, index, set);
  const fails = (index: number): boolean => state.statusNow(index).result === 'fail';

  function onward(index: number): void {
    if (!isSettled(state.statusNow(index))) return;
    const next = standing.nextOpen(index);
    if (next === null) asking.finished();
    else standing.go(next);
  }

  function offerUndo(index: number, before: FieldSet): void {
    const undo = async (): Promise<void> => {
      if (await put(index, before)) standing.go(index);
    };
    showSnack({ text: t('inspection.kept', { word: t('answers.pass') }), action: { label: t('common.undo'), run: () => void undo() } });
  }

  /** What a kept answer leads to: a question about it, or the next line. */
  function proceed(index: number, result: Said, hasReason: boolean): void {
    if (fails(index)) asking.hazard(index);
    else if (result !== 'pass' && !hasReason) asking.reason(index);
    else onward(index);
  }

  async function answer(index: number, result: Said): Promise<void> {
    const { result: said = null, reason = null } = valuesAt(parts, index);
    await putInto(parts, index, { result }, () => {
      if (result === 'pass') offerUndo(index, { result: said });
      proceed(index, result, reason !== null);
    });
  }

  return {
    put,
    answer,
    onward,
    fill: async (index, field, value) => {
      const before = fails(index);
      if ((await put(index, withVerdict(parts, index, field, value))) && !before && fails(index)) asking.hazard(index);
    },
    rest: async (indexes) => {
      if (await passAll(parts, indexes)) onward(indexes.at(-1) ?? 0);
    },
  };
}
