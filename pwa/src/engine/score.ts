/** Scores and coverage. Integers up to the last step, so that both languages round alike. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Context, Definition, Result } from './definition';
import type { Score, SectionScore } from './shapes';
import { judge } from './judge';
import { itemsByKey, lines } from './lines';

interface Scored {
  readonly section: string;
  readonly weight: number;
  readonly result: Result;
}

/** Score the visible lines by weight; what could not be checked lowers only the coverage. */
export function score(definition: Definition, context: Context, answers: Answers): Score {
  const items = itemsByKey(definition);
  const results = lines(definition, context, answers).flatMap((row): Scored[] => {
    const item = items.get(row.item);
    if (item === undefined) return [];
    const values = valuesOf(answers, answerKey(row.target, row.item));
    const { result } = judge(item, values, context.today);
    return [{ section: row.section, weight: item.weight, result }];
  });
  const covered = count(results, 'pass') + count(results, 'fail') + count(results, 'na');
  return {
    sections: definition.sections.flatMap(({ key }) => ofSection(key, results)),
    total: weighted(results),
    coverage: percent(covered, results.length),
  };
}

function ofSection(key: string, all: readonly Scored[]): SectionScore[] {
  const own = all.filter((each) => each.section === key);
  if (own.length === 0) return [];
  return [
    {
      key,
      passed: count(own, 'pass'),
      failed: count(own, 'fail'),
      na: count(own, 'na'),
      unable: count(own, 'unable'),
      open: count(own, null),
      score: weighted(own),
    },
  ];
}

const count = (results: readonly Scored[], result: Result): number =>
  results.filter((each) => each.result === result).length;

function weighted(results: readonly Scored[]): number | null {
  const sum = (result: Result): number =>
    results.reduce((total, each) => (each.result === result ? total + each.weight : total), 0);
  return percent(sum('pass'), sum('pass') + sum('fail'));
}

/** Give per cent with one decimal, halves rounded up. */
const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.floor((2000 * part + whole) / (2 * whole)) / 10;
