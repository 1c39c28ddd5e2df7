/** Candidates of one line, with the entries behind them. Pure. */
import { candidates } from '@/engine/candidates';
import { findEntry, type CriteriaList } from '@/engine/criteria';
import type { Answers, Context, Definition, Line } from '@/engine/definition';
import type { MajorCandidate } from '@/engine/shapes';
import type { Listed } from './lists';

export type Suspicion = MajorCandidate & Listed;

/** What the answers were given to. */
export interface Asked {
  readonly definition: Definition;
  readonly context: Context;
  readonly answers: Answers;
}

/** What may be major at a line: by its own answer, or by answers of which it is one. */
export function suspicionsAt({ definition, context, answers }: Asked, line: Pick<Line, 'target' | 'item'>, lists: readonly CriteriaList[]): Suspicion[] {
  return candidates(definition, context, answers, lists)
    .filter(({ because }) => because.some(({ target, item }) => target === line.target && item === line.item))
    .flatMap((candidate) => {
      const found = findEntry(lists, candidate.criterion);
      return found === null ? [] : [{ ...candidate, list: found[0], entry: found[1] }];
    });
}

export const isMajor = ({ list }: Listed): boolean => list.concept === 'major';
