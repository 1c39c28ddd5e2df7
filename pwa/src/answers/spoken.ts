/** A value as one would say it: a result by its word, a choice by its label, a number with its unit. */
import type { Item, Value } from '@/engine/definition';
import { pick, t } from '@/i18n/i18n';
import { formatList } from '@/i18n/format';

const READING = 'r.';
const RESULTS: readonly unknown[] = ['pass', 'fail', 'na', 'unable'];

type Spoken = Item['answer'] | NonNullable<Item['readings']>[number];

const specOf = (item: Item, field: string): Spoken | undefined =>
  field === 'v' ? item.answer : item.readings?.find(({ key }) => `${READING}${key}` === field);

function one(spec: Spoken | undefined, value: unknown): string {
  const option = spec && 'options' in spec ? spec.options.find(({ key }) => key === value) : undefined;
  return option ? pick(option.label) : String(value);
}

export function spoken(item: Item, field: string, value: Value | unknown): string {
  if (value === null || value === undefined || value === '') return t('common.none');
  if (field === 'result') return RESULTS.includes(value) ? t(`answers.${String(value)}`) : String(value);
  const spec = specOf(item, field);
  const unit = spec?.type === 'number' && spec.unit ? pick(spec.unit) : '';
  return `${Array.isArray(value) ? formatList(value.map((each) => one(spec, each))) : one(spec, value)}${unit}`;
}

/** What a field asks: nothing for the item's own answer. */
export function fieldWords(item: Item, field: string): string {
  const reading = item.readings?.find(({ key }) => `${READING}${key}` === field);
  return reading ? pick(reading.label) : '';
}
