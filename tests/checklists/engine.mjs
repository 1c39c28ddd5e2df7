// Runs the phone's rules for the server's tests: one JSON request per line in, one answer per line out.
import { registerHooks } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// The sources import each other without an ending, as the bundler wants; node wants the ending.
registerHooks({
  resolve(name, context, next) {
    const isOurs = name.startsWith('./') && !/\.[a-z]+$/.test(name);
    return next(isOurs ? `${name}.ts` : name, context);
  },
});

const folder = pathToFileURL(`${process.argv[2]}/`);
const load = (file) => import(new URL(file, folder).href);
const names = ['conditions', 'judge', 'lines', 'missing', 'findings', 'score', 'draw', 'exceptions', 'estimate', 'merge', 'candidates', 'citations'];
const [conditions, judge, lines, missing, findings, score, draw, exceptions, estimate, merge, candidates, citations] = await Promise.all(
  names.map((name) => load(`${name}.ts`)),
);

const rules = {
  citations: ({ basis, records, day }) => citations.citations(basis, records, day),
  holds: ({ condition, values }) =>
    conditions.holds(condition, (ref) => (Object.hasOwn(values, ref) ? values[ref] : null)),
  judge: ({ item, values, today }) => judge.judge(item, values, today),
  lines: ({ definition, context, answers }) => lines.lines(definition, context, answers),
  missing: ({ definition, context, answers, photos }) =>
    missing.missing(definition, context, answers, photos),
  findings: ({ definition, context, answers }) => findings.findings(definition, context, answers),
  score: ({ definition, context, answers }) => score.score(definition, context, answers),
  candidates: ({ definition, context, answers, criteria }) =>
    candidates.candidates(definition, context, answers, criteria),
  draw: ({ definition, context, seed, last }) => draw.draw(definition, context, seed, last),
  exceptions: ({ definition, context, answers, photos }) =>
    exceptions.exceptions(definition, context, answers, photos),
  estimate: ({ definition, context, answers, measured, style }) =>
    estimate.estimate(definition, context, answers, measured, style),
  merge_field: ({ field, current, incoming }) => merge.mergeField(field, current, incoming),
};

for await (const line of createInterface({ input: process.stdin })) {
  const answers = JSON.parse(line).map(({ rule, input }) => rules[rule](input));
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
