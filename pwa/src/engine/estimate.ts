/** How long a visit may take: measured where visits were measured, estimated elsewhere. */
import type { Answers, Context, Definition, Item } from './definition';
import type { Estimate } from './shapes';
import { mayPass } from './exceptions';
import { itemsByKey, lines } from './lines';

// Product estimates for files that give none: look and tap; write or choose; note a reading; photo.
const [TAP, VALUE, READING, PHOTO] = [20, 30, 15, 20] as const;
/** Of a line that a quick visit passes by exception. */
const GLANCE = 6;

export type Style = 'full' | 'quick';

/** Add up the visible lines. */
export function estimate(
  definition: Definition,
  context: Context,
  answers: Answers,
  measured: Readonly<Record<string, number>>,
  style: Style,
): Estimate {
  const items = itemsByKey(definition);
  const found = { lines: 0, measured: 0, seconds: 0 };
  for (const row of lines(definition, context, answers)) {
    const item = items.get(row.item);
    if (item === undefined) continue;
    const glance = style === 'quick' && mayPass(item, 0, context.today);
    const known = glance ? undefined : measured[item.key];
    found.lines += 1;
    found.measured += known === undefined ? 0 : 1;
    found.seconds += glance ? GLANCE : (known ?? item.seconds ?? usual(item));
  }
  return found;
}

function usual(item: Item): number {
  const needed = (item.readings ?? []).filter((reading) => reading.optional !== true && reading.when === undefined);
  const own = item.answer.type === 'pass-fail-na' ? TAP : VALUE;
  return own + READING * needed.length + (item.photo.rule === 'always' ? PHOTO : 0);
}
