/** A condition as a sentence. */
import type { Scalar } from '@/engine/definition';
import { t } from '@/i18n/i18n';
import type { Group, Part, Row } from './conditions';
import type { Reference } from './references';

const valueWords = (reference: Reference | undefined, value: Scalar): string =>
  reference?.choices.find((choice) => choice.value === value)?.label ?? String(value);

function rowWords(row: Row, references: ReadonlyMap<string, Reference>): string {
  const reference = references.get(row.ref);
  const name = reference?.label ?? row.ref;
  const values = row.values.map((value) => valueWords(reference, value)).join(t('authoring.or-comma'));
  return t(`authoring.says-${row.operator}`, { name, values });
}

function partWords(part: Part, references: ReadonlyMap<string, Reference>): string {
  if (part.kind === 'row') return rowWords(part, references);
  const inner = groupWords(part, references);
  return part.parts.length > 1 && !part.negated ? t('authoring.in-brackets', { inner }) : inner;
}

export function groupWords(group: Group, references: ReadonlyMap<string, Reference>): string {
  const inner = group.parts.map((part) => partWords(part, references)).join(t(`authoring.join-${group.join}`));
  return group.negated ? t('authoring.not-so', { inner }) : inner;
}

export const sentenceOf = (group: Group, references: readonly Reference[]): string =>
  group.parts.length === 0 ? t('authoring.always') : t('authoring.only-when', { condition: groupWords(group, new Map(references.map((one) => [one.ref, one]))) });
