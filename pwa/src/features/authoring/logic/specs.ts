/** A new answer or reading of a type, with as much as the type needs. Pure. */
import type { Tree } from './pointer';

export const READING_TYPES = ['number', 'choice', 'choices', 'text', 'date', 'scan'] as const;
export const ANSWER_TYPES = ['pass-fail-na', ...READING_TYPES, 'photo', 'signature'] as const;

const option = (key: string): Tree => ({ key, label: { zh: '', en: '' } });

export const startOf = (type: string): Tree =>
  type === 'choice' || type === 'choices' ? { type, options: [{ ...option('o1'), result: 'pass' }, { ...option('o2'), result: 'fail' }] } : { type };
