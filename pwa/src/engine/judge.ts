/** What an answer means: within limits, expired, passed or failed. */
import type { AnswerSpec, ChoiceSpec, Expiry, Item, NumberSpec, Reading, Result, Value, Values } from './definition';
import type { Judgement } from './shapes';
import { holds } from './conditions';
import { chosen, isGiven, lastValidDay, parseDay } from './values';

export const WARN_DAYS = 30;

type Verdict = 'ok' | 'out' | 'warn' | 'expiring';

/** List the readings that apply, given the earlier readings of the same item. */
export function activeReadings(item: Item, values: Values): readonly Reading[] {
  if (item.readings === undefined) return [];
  const seen = new Map<string, Value>();
  const active: Reading[] = [];
  for (const reading of item.readings) {
    if (reading.when !== undefined && !holds(reading.when, (ref) => seen.get(ref) ?? null)) continue;
    active.push(reading);
    seen.set(`${item.key}.${reading.key}`, values[`r.${reading.key}`] ?? null);
  }
  return active;
}

/** Say what the answer means. A value outside a hard limit fails, whatever was tapped. */
export function judge(item: Item, values: Values, today: string): Judgement {
  const said = saidResult(item, values);
  const found = { ok: [] as string[], out: [] as string[], warn: [] as string[], expiring: [] as string[] };
  if (said !== 'na' && said !== 'unable') {
    for (const [field, spec] of specs(item, values)) {
      const value = values[field] ?? null;
      if (isGiven(spec, value)) found[verdict(spec, value, today)].push(field);
    }
  }
  const { out, warn, expiring } = found;
  if (out.length > 0) return { result: 'fail', out, warn, expiring };
  return { result: said ?? (isAnswered(item, values) ? 'pass' : null), out, warn, expiring };
}

/** Read the result a person gave, if it is one the item allows. */
export function saidResult(item: Item, values: Values): Result {
  switch (values.result) {
    case 'na':
      return item.answer.allow_na === true ? 'na' : null;
    case 'unable':
    case 'fail':
      return values.result;
    case 'pass':
      return item.answer.type === 'pass-fail-na' ? 'pass' : null;
    default:
      return null;
  }
}

/** Tell whether the answer itself was given, by a tap or by a value. */
export function isAnswered(item: Item, values: Values): boolean {
  if (item.answer.type === 'pass-fail-na') return saidResult(item, values) !== null;
  return isGiven(item.answer, values.v ?? null);
}

function* specs(item: Item, values: Values): Generator<readonly [string, AnswerSpec]> {
  if (item.answer.type !== 'pass-fail-na') yield ['v', item.answer];
  for (const reading of activeReadings(item, values)) yield [`r.${reading.key}`, reading];
}

function verdict(spec: AnswerSpec, value: Value, today: string): Verdict {
  if (spec.type === 'number' && typeof value === 'number') return ofNumber(spec, value);
  if (spec.type === 'choice' || spec.type === 'choices') return ofChoice(spec, value);
  if (spec.type === 'date' && spec.expiry !== undefined && typeof value === 'string') {
    return ofDay(spec.expiry, value, today);
  }
  return 'ok';
}

function ofNumber(spec: NumberSpec, value: number): Verdict {
  if (value < (spec.min ?? value) || value > (spec.max ?? value)) return 'out';
  return value < (spec.warn_min ?? value) || value > (spec.warn_max ?? value) ? 'warn' : 'ok';
}

function ofChoice(spec: ChoiceSpec, value: Value): Verdict {
  const picked = chosen(spec, value);
  const fails = spec.options.some((option) => option.result === 'fail' && picked.includes(option.key));
  return fails ? 'out' : 'ok';
}

function ofDay(expiry: Expiry, text: string, today: string): Verdict {
  const [day, now] = [parseDay(text), parseDay(today)];
  if (day === null || now === null) return 'ok';
  const left = lastValidDay(text, day, expiry) - now;
  if (left < 0) return expiry.advisory === true ? 'warn' : 'out';
  return left <= (expiry.warn_days ?? WARN_DAYS) ? 'expiring' : 'ok';
}
