/** Words for what the server says in keys. */
import { isRecord, type Json } from '@/data/shape';
import { hasMessage, t } from '@/i18n/i18n';
import type { Candidate, DrawRow } from './draw';

export const stateOf = (row: DrawRow): string => {
  if (row.state === 'spoiled') return t('draws.state-spoiled');
  if (row.secret) return t('draws.state-secret');
  return t(row.published_at === null ? 'draws.state-open' : 'draws.state-published');
};

/** Why somebody may not be drawn; a word of a newer server is shown as it is. */
export const reasonOf = (kind: string): string => (hasMessage(`draws.why-${kind}`) ? t(`draws.why-${kind}`) : kind);

export const barsOf = (one: Candidate, slot?: string): readonly string[] => {
  const out = one.out.map(({ kind, note }) => [reasonOf(kind), note].filter(Boolean).join(t('draws.colon')));
  const barred = slot === undefined ? [] : (one.barred[slot] ?? []).map(reasonOf);
  return [...out, ...barred];
};

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

const told = (value: Json): string => {
  if (Array.isArray(value)) return String(value.length);
  return isRecord(value) ? '' : String(value ?? t('draws.never'));
};

/** One fact behind a term, as short as it can be said. */
export const factOf = (one: Candidate, fact: string): string => {
  const value = one.facts[fact] ?? null;
  if (fact === 'tier' && typeof value === 'string') return t(`common.tier.${value}`);
  return told(value);
};
