/** What a quick visit passes unless something is said, and what needs a word of its own. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Context, Definition, Item, Line, Values } from './definition';
import type { Exceptions } from './shapes';
import { itemsByKey, lines } from './lines';
import { gapsOf } from './missing';

const PASSED: Values = { result: 'pass' };

/** Part the lines that are not complete: passed by exception, or asked one by one. */
export function exceptions(
  definition: Definition,
  context: Context,
  answers: Answers,
  photos: Readonly<Record<string, number>>,
): Exceptions {
  const items = itemsByKey(definition);
  const found = { passed: [] as Line[], asked: [] as Line[] };
  for (const row of lines(definition, context, answers)) {
    const item = items.get(row.item);
    const key = answerKey(row.target, row.item);
    const values = valuesOf(answers, key);
    const taken = photos[key] ?? 0;
    if (item === undefined || !isLacking(item, values, taken, context.today)) continue;
    const passes = isSilent(values) && mayPass(item, taken, context.today);
    found[passes ? 'passed' : 'asked'].push(row);
  }
  return found;
}

/** Tell an item that needs nothing but the word, and not a person's own word either. */
export function mayPass(item: Item, photos: number, today: string): boolean {
  if (item.mandatory === true || item.answer.type !== 'pass-fail-na') return false;
  return !isLacking(item, PASSED, photos, today);
}

const isSilent = (values: Values): boolean => Object.values(values).every((value) => value === null);

const isLacking = (item: Item, values: Values, photos: number, today: string): boolean =>
  gapsOf(item, values, photos, today).next().done !== true;
