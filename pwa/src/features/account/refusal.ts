/** What a refused command said, and where in the app the thing it spoke of can be looked at and done again. */
import type { RouteLocationRaw } from 'vue-router';
import { formatDay } from '@/i18n/format';
import { hasMessage, t } from '@/i18n/i18n';
import type { Refusal } from '@/sync/refusals';

export interface RefusalLine {
  readonly label: string;
  readonly text: string;
}

/** Arguments a person wrote or chose; ids and sizes mean nothing to them. */
const SHOWN = ['title', 'description', 'note', 'reason', 'name', 'code', 'due_on', 'suggestion', 'caption'] as const;
const RESULTS = ['pass', 'fail', 'na', 'unable'];

export function refusalLines({ args }: Refusal): RefusalLine[] {
  if (args === null) return [{ label: t('account.refusal.device'), text: t('account.refusal.other-device') }];
  const set = typeof args['set'] === 'object' && args['set'] !== null ? (args['set'] as Record<string, unknown>) : {};
  const plain = SHOWN.flatMap((key) => line(key, args[key] ?? set[key]));
  const { result } = set;
  return RESULTS.includes(String(result))
    ? [{ label: t('account.field.result'), text: t(`account.result.${String(result)}`) }, ...plain]
    : plain;
}

function line(key: (typeof SHOWN)[number], value: unknown): RefusalLine[] {
  if (typeof value !== 'string' || value === '') return [];
  const label = hasMessage(`account.field.${key}`) ? t(`account.field.${key}`) : key;
  return [{ label, text: key === 'due_on' ? formatDay(value) : value }];
}

/** Null when there is no page to go back to: the thing itself was never accepted. */
export function refusalPlace({ name, args }: Refusal): RouteLocationRaw | null {
  if (args === null) return null;
  const text = (key: string): string => (typeof args[key] === 'string' ? args[key] : '');
  if (text('inspection') !== '') return `/inspections/${text('inspection')}`;
  if (name === 'hazard.move' || name === 'hazard.comment') return `/hazards/${text('id')}`;
  if (text('hazard') !== '') return `/hazards/${text('hazard')}`;
  return name === 'tag.claim' ? `/t/${text('code')}` : null;
}
