import { describe, expect, it } from 'vitest';
import candidatesVectors from '@contracts/vectors/candidates.json';
import citationsVectors from '@contracts/vectors/citations.json';
import drawVectors from '@contracts/vectors/draw.json';
import estimateVectors from '@contracts/vectors/estimate.json';
import exceptionsVectors from '@contracts/vectors/exceptions.json';
import findingsVectors from '@contracts/vectors/findings.json';
import holdsVectors from '@contracts/vectors/holds.json';
import judgeVectors from '@contracts/vectors/judge.json';
import linesVectors from '@contracts/vectors/lines.json';
import mergeVectors from '@contracts/vectors/merge_field.json';
import missingVectors from '@contracts/vectors/missing.json';
import scoreVectors from '@contracts/vectors/score.json';
import { candidates } from './candidates';
import { citations } from './citations';
import { holds } from './conditions';
import type { CriteriaList } from './criteria';
import type { Answers, Basis, Condition, Context, Definition, Item, Value, Values } from './definition';
import { draw, type LastChecks } from './draw';
import { estimate, type Style } from './estimate';
import { exceptions } from './exceptions';
import { findings } from './findings';
import { judge } from './judge';
import type { LawRecords } from './law';
import { lines } from './lines';
import { mergeField } from './merge';
import { missing } from './missing';
import { score } from './score';
import type { FieldState, Incoming } from './shapes';

/** Every input that a rule may have; each case holds those of its own rule. */
interface Input {
  readonly definition: Definition;
  readonly context: Context;
  readonly answers: Answers;
  readonly photos: Readonly<Record<string, number>>;
  readonly criteria: readonly CriteriaList[];
  readonly basis: readonly Basis[];
  readonly records: LawRecords;
  readonly day: string;
  readonly seed: string;
  readonly last: LastChecks;
  readonly measured: Readonly<Record<string, number>>;
  readonly style: Style;
  readonly condition: Condition;
  readonly values: Values;
  readonly item: Item;
  readonly today: string;
  readonly field: string;
  readonly current: FieldState | null;
  readonly incoming: Incoming;
}

interface Vectors {
  readonly function: string;
  readonly definition?: unknown;
  readonly criteria?: unknown;
  readonly records?: unknown;
  readonly cases: readonly { readonly name: string; readonly input: unknown; readonly expected: unknown }[];
}

const valueIn = (values: Values, ref: string): Value => values[ref] ?? null;

const TABLE: readonly (readonly [Vectors, (input: Input) => unknown])[] = [
  [citationsVectors, ({ basis, records, day }) => citations(basis, records, day)],
  [holdsVectors, ({ condition, values }) => holds(condition, (ref) => valueIn(values, ref))],
  [judgeVectors, ({ item, values, today }) => judge(item, values, today)],
  [linesVectors, ({ definition, context, answers }) => lines(definition, context, answers)],
  [missingVectors, ({ definition, context, answers, photos }) => missing(definition, context, answers, photos)],
  [findingsVectors, ({ definition, context, answers }) => findings(definition, context, answers)],
  [candidatesVectors, ({ definition, context, answers, criteria }) => candidates(definition, context, answers, criteria)],
  [scoreVectors, ({ definition, context, answers }) => score(definition, context, answers)],
  [drawVectors, ({ definition, context, seed, last }) => draw(definition, context, seed, last)],
  [exceptionsVectors, ({ definition, context, answers, photos }) => exceptions(definition, context, answers, photos)],
  [estimateVectors, ({ definition, context, answers, measured, style }) => estimate(definition, context, answers, measured, style)],
  [mergeVectors, ({ field, current, incoming }) => mergeField(field, current, incoming)],
];

for (const [vectors, run] of TABLE) {
  describe(vectors.function, () => {
    it.each(vectors.cases)('$name', ({ input, expected }) => {
      const shared = { ...(vectors.definition === undefined ? {} : { definition: vectors.definition }), criteria: vectors.criteria, records: vectors.records };
      expect(run({ ...shared, ...(input as Input) } as Input)).toEqual(expected);
    });
  });
}
