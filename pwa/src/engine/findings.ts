/** The lines that failed, each with the hazard its item proposes. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Context, Definition, Item } from './definition';
import type { Finding, HazardProposal } from './shapes';
import { judge } from './judge';
import { itemsByKey, lines } from './lines';
import { addDays, formatDay, parseDay } from './values';

/** List failing lines in walking order. */
export function findings(definition: Definition, context: Context, answers: Answers): Finding[] {
  const items = itemsByKey(definition);
  return lines(definition, context, answers).flatMap((row) => {
    const item = items.get(row.item);
    if (item === undefined) return [];
    const { result, out } = judge(item, valuesOf(answers, answerKey(row.target, row.item)), context.today);
    return result === 'fail' ? [{ ...row, out, hazard: proposal(item, context.today) }] : [];
  });
}

/** The hazard an item proposes when it fails today. */
export function proposal(item: Item, today: string): HazardProposal | null {
  if (item.on_fail === undefined) return null;
  const defaults = item.on_fail.hazard;
  return {
    title: defaults.title,
    grade: 'general', // Major is never concluded here: a person decides.
    suspected_major: defaults.grade === 'suspect-major',
    criterion: defaults.criterion ?? null,
    note: defaults.note ?? null,
    category: defaults.category,
    due_days: defaults.due_days,
    due_on: formatDay(addDays(parseDay(today) ?? 1, defaults.due_days)),
    stop_use: defaults.stop_use ?? false,
    suggest: defaults.suggest,
    risk: item.risk ?? null,
    basis: item.basis,
  };
}
