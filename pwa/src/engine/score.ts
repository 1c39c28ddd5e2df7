/** Scores and coverage. Integers up to the last step, so that both languages round alike. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Context, Definition, Line, Result } from './definition';
import type { MandatoryScore, Score, Tally } from './shapes';
import { judge } from './judge';
import { itemsByKey, lines } from './lines';

/** One line with what it came to. */
export interface Scored {
  readonly row: Line;
  readonly weight: number;
  readonly mandatory: boolean;
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
    return [{ row, weight: item.weight, mandatory: item.mandatory === true, result }];
  });
  return scoreOf(definition, results);
}

/** Score lines that were judged already, in walking order. */
export function scoreOf(definition: Definition, results: readonly Scored[]): Score {
  const all = tallyOf(results);
  const mandatory = mandatoryOf(results);
  const cap = capOf(definition, mandatory, all.score);
  const placed = results.filter(({ row }) => row.target !== '');
  return {
    sections: [...grouped(results, 'section')].map(([key, own]) => ({ key, ...tallyOf(own) })),
    places: [...grouped(placed, 'target')].map(([target, own]) => ({ target, ...tallyOf(own) })),
    mandatory,
    earned: all.earned,
    judged: all.judged,
    weighted: all.score,
    cap,
    total: cap ?? all.score,
    coverage: all.coverage,
  };
}

function grouped(results: readonly Scored[], by: 'section' | 'target'): ReadonlyMap<string, readonly Scored[]> {
  const groups = new Map<string, Scored[]>();
  for (const each of results) {
    const own = groups.get(each.row[by]);
    if (own === undefined) groups.set(each.row[by], [each]);
    else own.push(each);
  }
  return groups;
}

const COUNTS = { pass: 'passed', fail: 'failed', na: 'na', unable: 'unable' } as const;

function tallyOf(results: readonly Scored[]): Tally {
  const found = { passed: 0, failed: 0, na: 0, unable: 0, open: 0, earned: 0, judged: 0 };
  for (const { weight, result } of results) {
    found[result === null ? 'open' : COUNTS[result]] += 1;
    if (result === 'pass') found.earned += weight;
    if (result === 'pass' || result === 'fail') found.judged += weight;
  }
  const { passed, failed, na, earned, judged } = found;
  return { ...found, score: percent(earned, judged), coverage: percent(passed + failed + na, results.length) };
}

function mandatoryOf(results: readonly Scored[]): MandatoryScore {
  const own = results.filter((each) => each.mandatory);
  return {
    asked: own.length,
    unchecked: own.filter(({ result }) => result === 'unable' || result === null).length,
    failed: own.filter(({ result }) => result === 'fail').map(({ row }) => row),
  };
}

/** The limit that failing mandatory items set, where the score is above it. */
function capOf(definition: Definition, mandatory: MandatoryScore, weighted: number | null): number | null {
  const cap = definition.scoring?.mandatory_cap;
  return cap !== undefined && mandatory.failed.length > 0 && weighted !== null && weighted > cap ? cap : null;
}

/** Give per cent with one decimal, halves rounded up. */
const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.floor((2000 * part + whole) / (2 * whole)) / 10;
