/** Who said what in an inspection, out of its answers: the counts, the last word, and where it was said. Pure. */
import type { Answer, AnswerField } from '@/data/records';

export interface Activity {
  readonly person: string;
  /** Answers in which this person has a word. */
  readonly answers: number;
  readonly fails: number;
  readonly at: number;
  readonly target: string;
  readonly item: string;
}

type Word = Pick<AnswerField, 'v' | 'by' | 'at'>;

const wordsOf = (field: AnswerField): readonly Word[] => field.candidates ?? [field];

/** The newest word of everybody who spoke in this answer. */
function speakers(answer: Answer): Map<string, number> {
  const found = new Map<string, number>();
  for (const field of Object.values(answer.fields)) {
    for (const { by, at } of wordsOf(field)) found.set(by, Math.max(found.get(by) ?? 0, at));
  }
  return found;
}

const failsBy = (answer: Answer, person: string): boolean => {
  const result = answer.fields['result'];
  return result !== undefined && wordsOf(result).some(({ v, by }) => v === 'fail' && by === person);
};

/** Everybody who answered something, whoever was there last first. */
export function activities(answers: readonly Answer[]): Activity[] {
  const found = new Map<string, Activity>();
  for (const answer of answers) {
    for (const [person, at] of speakers(answer)) {
      const before = found.get(person);
      const last = before !== undefined && before.at >= at ? before : { at, target: answer.target_id, item: answer.item_key };
      found.set(person, {
        person, at: last.at, target: last.target, item: last.item,
        answers: (before?.answers ?? 0) + 1,
        fails: (before?.fails ?? 0) + (failsBy(answer, person) ? 1 : 0),
      });
    }
  }
  return [...found.values()].sort((a, b) => b.at - a.at);
}

/** How many answers each person gave in one leg of the walk. */
export function authorsIn(rows: readonly (Answer | undefined)[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    if (row) for (const person of speakers(row).keys()) found.set(person, (found.get(person) ?? 0) + 1);
  }
  return found;
}

export interface Told {
  readonly field: string;
  readonly words: readonly (Word & { readonly how: string | null })[];
}

/** Every field of one answer with all that still stand beside each other, newest first. */
export const toldOf = (answer: Answer): Told[] =>
  Object.entries(answer.fields).map(([field, state]) => ({
    field,
    words: [...(state.candidates ?? [state])].sort((a, b) => b.at - a.at),
  }));
