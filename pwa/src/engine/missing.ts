/** What still has to be given before an inspection may be submitted. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Context, Definition, Item, Values } from './definition';
import type { Missing } from './shapes';
import { activeReadings, isAnswered, judge, saidResult } from './judge';
import { itemsByKey, lines } from './lines';
import { isGiven, isText } from './values';

export type Gap = readonly [what: Missing['what'], field: string | null];

/** List the gaps in walking order; `photos` counts them by answer. */
export function missing(
  definition: Definition,
  context: Context,
  answers: Answers,
  photos: Readonly<Record<string, number>>,
): Missing[] {
  const items = itemsByKey(definition);
  return lines(definition, context, answers).flatMap(({ target, item: key }) => {
    const item = items.get(key);
    if (item === undefined) return [];
    const answer = answerKey(target, key);
    const gaps = [...gapsOf(item, valuesOf(answers, answer), photos[answer] ?? 0, context.today)];
    return gaps.map(([what, field]) => ({ target, item: key, what, field }));
  });
}

/** List what one answer lacks. */
export function* gapsOf(item: Item, values: Values, photos: number, today: string): Generator<Gap> {
  const said = saidResult(item, values);
  if (said === 'na' || said === 'unable') {
    if (!isText(values.reason ?? null)) yield ['reason', null];
    return;
  }
  // Who taps "fail" need not measure any more: the thing may not be there.
  if (said !== 'fail') yield* valueGaps(item, values);
  const failed = judge(item, values, today).result === 'fail';
  if (photos === 0 && needsPhoto(item, failed)) yield ['photo', null];
  if (failed && needsNote(item, values)) yield ['note', null];
}

function* valueGaps(item: Item, values: Values): Generator<Gap> {
  if (!isAnswered(item, values)) yield ['answer', null];
  for (const reading of activeReadings(item, values)) {
    const field = `r.${reading.key}`;
    if (reading.optional !== true && !isGiven(reading, values[field] ?? null)) yield ['reading', field];
  }
}

const needsPhoto = (item: Item, failed: boolean): boolean =>
  item.photo.rule === 'always' || (item.photo.rule === 'on-fail' && failed);

const needsNote = (item: Item, values: Values): boolean =>
  item.on_fail === undefined && !isText(values.note ?? null);
