/** A difference in words: what a pointer names, what a value says, and how many changes there are of each kind. */
import { isRecord } from '@/data/shape';
import type { Condition } from '@/engine/definition';
import { hasMessage, pick, t } from '@/i18n/i18n';
import { kindName } from '@/i18n/published/kinds';
import type { Difference } from '../api';
import { toGroup } from './conditions';
import { partsOf } from './pointer';
import { sentenceOf } from './sentence';

export const KINDS = ['added', 'removed', 'changed', 'moved'] as const;
export type Kind = (typeof KINDS)[number];

/** `/readings/0/label/zh` → 读数 1 › 名称 › 中文. */
export function fieldWords(pointer: string): string {
  return partsOf(pointer).map((part) => {
    if (/^\d+$/.test(part)) return String(Number(part) + 1);
    const key = `authoring.field-${part}`;
    return hasMessage(key) ? t(key) : part;
  }).join(' \u203a ');
}

export function valueWords(pointer: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (pointer.endsWith('/when')) return sentenceOf(toGroup(value as Condition), []);
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (Array.isArray(value)) return value.map((one) => valueWords(pointer, one)).join(t('common.comma'));
  return isRecord(value) ? recordWords(value) : wordOf(pointer, String(value as string | number));
}

function recordWords(value: Readonly<Record<string, unknown>>): string {
  if ('zh' in value) return pick({ zh: String(value['zh']), en: String(value['en'] ?? '') });
  return Object.entries(value).map(([key, one]) => `${fieldWords(`/${key}`)}: ${valueWords(`/${key}`, one)}`).join('; ');
}

const WORDS: Readonly<Record<string, string>> = { tag: 'inspection.tag-', type: 'authoring.type-', rule: 'authoring.photo-', grade: 'authoring.grade-', result: 'answers.', tiers: 'common.tier.' };

function wordOf(pointer: string, value: string): string {
  const last = partsOf(pointer).at(-1) ?? '';
  if (last === 'kinds') return kindName(value);
  const key = `${WORDS[last] ?? ' '}${value}`;
  return hasMessage(key) ? t(key) : value;
}

export const countOf = (difference: Difference, kind: Kind): number =>
  difference.items[kind].length + difference.sections[kind].length + (kind === 'changed' ? Math.min(1, difference.header.length) : 0);

export const isSame = (difference: Difference): boolean => KINDS.every((kind) => countOf(difference, kind) === 0);
