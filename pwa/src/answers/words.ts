/** Limits, standings and remaining days in words. */

import type { AnswerSpec, ChoiceSpec, Expiry, NumberSpec, Value } from '@/engine/definition';
import { formatNumber } from '@/i18n/format';
import { pick, t } from '@/i18n/i18n';
import { remaining } from './expiry';
import { isOut, standing } from './limit-scale';

export interface Remark {
  readonly text: string;
  readonly tone: 'fail' | 'warn' | 'plain';
}

const figure = (value: number): string => formatNumber(value, 4);

/** `2–8 ℃`, `≥ 2`, `≤ 0.5`, or nothing. */
export function limitWords(spec: NumberSpec): string {
  const unit = spec.unit ? ` ${pick(spec.unit)}` : '';
  if (spec.min !== undefined && spec.max !== undefined) return `${figure(spec.min)}\u2013${figure(spec.max)}${unit}`;
  if (spec.min !== undefined) return `\u2265 ${figure(spec.min)}${unit}`;
  return spec.max === undefined ? '' : `\u2264 ${figure(spec.max)}${unit}`;
}

function numberRemark(spec: NumberSpec, value: number): Remark | null {
  const where = standing(value, spec);
  if (where === 'ok') return limitWords(spec) === '' ? null : { text: t('answers.within'), tone: 'plain' };
  return { text: t(`answers.${where}`), tone: isOut(where) ? 'fail' : 'warn' };
}

export function expiryRemark(day: string, expiry: Expiry, today: string): Remark | null {
  const left = remaining(day, expiry, today);
  if (!left) return null;
  const args = { n: Math.abs(left.days), until: left.until };
  if (left.standing === 'over') return { text: t('answers.expired', args), tone: expiry.advisory === true ? 'warn' : 'fail' };
  return { text: t('answers.days-left', args), tone: left.standing === 'soon' ? 'warn' : 'plain' };
}

const chosenKeys = (value: Value): readonly string[] => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};

function choiceRemark(spec: ChoiceSpec, value: Value): Remark | null {
  const chosen = chosenKeys(value);
  const fails = spec.options.some((option) => option.result === 'fail' && chosen.includes(option.key));
  return fails ? { text: t('answers.not-met'), tone: 'fail' } : null;
}

/** What a value means, said beside it at once. */
export function remarkOn(spec: AnswerSpec, value: Value, today: string): Remark | null {
  if (spec.type === 'number') return typeof value === 'number' ? numberRemark(spec, value) : null;
  if (spec.type === 'choice' || spec.type === 'choices') return choiceRemark(spec, value);
  if (spec.type !== 'date' || !spec.expiry || typeof value !== 'string') return null;
  return expiryRemark(value, spec.expiry, today);
}

function choiceWords(spec: ChoiceSpec, value: Value): string {
  const label = (key: string): string => pick(spec.options.find((option) => option.key === key)?.label) || key;
  return chosenKeys(value).map(label).join(t('answers.and'));
}

/** A value as people say it: `12.5 ℃`, `2026-11-21`, the words of the options. */
export function valueWords(spec: AnswerSpec, value: Value): string {
  if (value === null || spec.type === 'photo' || spec.type === 'signature') return '';
  if (spec.type === 'choice' || spec.type === 'choices') return choiceWords(spec, value);
  if (spec.type !== 'number' || typeof value !== 'number') return String(value);
  return spec.unit ? `${figure(value)} ${pick(spec.unit)}` : figure(value);
}
