/**
 * Answers that may meet a criterion of a major hazard. Candidates only: a person decides.
 * Twin of server/checklists/rules/candidates.py.
 */
import { holds, type Look } from './conditions';
import type { CriteriaEntry, CriteriaList } from './criteria';
import { findEntry, isInForce } from './criteria';
import { answerKey, valuesOf } from './definition';
import type { Answers, CandidateRule, Condition, Context, Definition, Item, Line, Value } from './definition';
import { activeReadings, judge } from './judge';
import { itemsByKey, lines, refsOf, unitValue } from './lines';
import type { Judgement, MajorCandidate, Reason } from './shapes';

/** List what may be major, single lines first, each criterion with the answers that led to it. */
export function candidates(definition: Definition, context: Context, answers: Answers, criteria: readonly CriteriaList[]): MajorCandidate[] {
  const view = new View(definition, context, answers);
  const found = new Map<string, MajorCandidate>();
  for (const candidate of [...alone(view), ...together(view, definition.candidates ?? [])]) {
    const listed: readonly [CriteriaList, CriteriaEntry] | null = findEntry(criteria, candidate.criterion);
    if (listed === null || !isInForce(listed[0], listed[1], context.today)) continue;
    const key = JSON.stringify([candidate.criterion, candidate.because.map(({ target, item }) => [target, item])]);
    if (!found.has(key)) found.set(key, candidate);
  }
  return [...found.values()];
}

/** List the references that made a condition hold. */
export function reasons(condition: Condition, look: Look): string[] {
  if ('all' in condition) return condition.all.flatMap((part) => reasons(part, look));
  if ('any' in condition) return condition.any.filter((part) => holds(part, look)).flatMap((part) => reasons(part, look));
  return refsOf(condition);
}

const alone = (view: View): MajorCandidate[] =>
  view.rows.flatMap((row) => {
    const item = view.items.get(row.item);
    const hazard = item?.on_fail?.hazard;
    if (item === undefined || hazard?.criteria === undefined) return [];
    const { result, out } = view.verdict(item, row.target);
    if (result !== 'fail') return [];
    const because = [{ target: row.target, item: item.key, fields: out.length > 0 ? out : ['result'] }];
    return hazard.criteria.map((criterion) => ({ criterion, because, note: hazard.note ?? null }));
  });

const together = (view: View, rules: readonly CandidateRule[]): MajorCandidate[] =>
  rules.flatMap((rule) =>
    view.targetsOf(refsOf(rule.when)).flatMap((target) => {
      const look: Look = (ref) => view.value(ref, target);
      if (!holds(rule.when, look)) return [];
      const because = view.because(reasons(rule.when, look), target);
      return because.length === 0 ? [] : rule.criteria.map((criterion) => ({ criterion, because, note: rule.note ?? null }));
    }),
  );

/** The visible rows and what a combination sees of them: results as judged, not as tapped. */
class View {
  readonly items: ReadonlyMap<string, Item>;
  readonly rows: readonly Line[];
  private readonly context: Context;
  private readonly answers: Answers;
  private readonly shown: ReadonlySet<string>;

  constructor(definition: Definition, context: Context, answers: Answers) {
    this.items = itemsByKey(definition);
    this.rows = lines(definition, context, answers);
    this.context = context;
    this.answers = answers;
    this.shown = new Set(this.rows.map(({ target, item }) => answerKey(target, item)));
  }

  verdict(item: Item, target: string): Judgement {
    return judge(item, valuesOf(this.answers, answerKey(target, item.key)), this.context.today);
  }

  /** List the places at which the items of these references are asked. */
  targetsOf(refs: readonly string[]): string[] {
    const owners = new Set(refs.map((ref) => this.owner(ref)));
    return [...new Set(this.rows.filter(({ item }) => owners.has(item)).map(({ target }) => target))];
  }

  /** Name the lines and fields behind references, each line once. */
  because(refs: readonly string[], target: string): Reason[] {
    const found = new Map<string, { target: string; item: string; fields: string[] }>();
    for (const ref of refs) {
      const key = this.owner(ref);
      const at = key === null ? null : this.where(key, target);
      if (key === null || at === null) continue;
      const one = found.get(key) ?? { target: at, item: key, fields: [] };
      one.fields.push(...this.fields(ref, key, at).filter((field) => !one.fields.includes(field)));
      found.set(key, one);
    }
    return [...found.values()];
  }

  value(ref: string, target: string): Value {
    if (ref.startsWith('unit.')) return unitValue(ref.slice(5), this.context);
    if (ref.startsWith('place.')) return this.place(ref.slice(6), target);
    const key = this.owner(ref);
    const item = key === null ? undefined : this.items.get(key);
    const at = key === null ? null : this.where(key, target);
    return item === undefined || at === null ? null : this.answer(ref, item, at);
  }

  private owner(ref: string): string | null {
    if (this.items.has(ref)) return ref;
    const key = ref.slice(0, Math.max(0, ref.lastIndexOf('.')));
    return this.items.has(key) ? key : null;
  }

  /** The same place first, else what was answered once for the whole unit. */
  private where(key: string, target: string): string | null {
    return [target, ''].find((at) => this.shown.has(answerKey(at, key))) ?? null;
  }

  private fields(ref: string, key: string, at: string): readonly string[] {
    const item = this.items.get(key);
    if (ref !== key || item === undefined) return [`r.${ref.slice(ref.lastIndexOf('.') + 1)}`];
    if (item.answer.type !== 'pass-fail-na') return ['v'];
    const { out } = this.verdict(item, at);
    return out.length > 0 ? out : ['result'];
  }

  private place(name: string, target: string): Value {
    const place = Object.hasOwn(this.context.places, target) ? this.context.places[target] : undefined;
    if (name === 'kind') return place?.kind ?? null;
    return place?.attributes.includes(name.slice(name.indexOf('.') + 1)) ?? false;
  }

  private answer(ref: string, item: Item, at: string): Value {
    const values = valuesOf(this.answers, answerKey(at, item.key));
    const isAnswer = ref === item.key;
    if (isAnswer && item.answer.type === 'pass-fail-na') return this.verdict(item, at).result;
    if (values.result === 'na' || values.result === 'unable') return null;
    if (isAnswer) return values.v ?? null;
    const key = ref.slice(ref.lastIndexOf('.') + 1);
    return activeReadings(item, values).some((reading) => reading.key === key) ? (values[`r.${key}`] ?? null) : null;
  }
}
