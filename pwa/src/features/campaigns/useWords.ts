/** Names that campaigns are told in: units, areas, stretches of time, goals. */
import manifest from '@contracts/generated/inspection-rules.json';
import { readMeta } from '@/data/database';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import type { Manifest } from '@/data/tables';
import type { FilterOption } from '@/desk/columns';
import { formatList } from '@/i18n/format';
import { pick, t } from '@/i18n/i18n';
import { modeName } from '@/i18n/published/modes';
import type { Goal, Quota, Window } from './campaign';

export const WAYS: readonly string[] = manifest.ways.map(({ key }) => key);

export interface Areas {
  readonly title: (key: string) => string;
  readonly options: () => readonly FilterOption[];
}

/** The published checklists, from what sync keeps on this device. */
export function useAreas(): Areas {
  const db = useDatabase();
  const held = useLive<Manifest | null>(async () => (await readMeta(db, 'manifest')) ?? null, null);
  const options = (): readonly FilterOption[] =>
    (held.value?.definitions ?? []).map(({ key, title }) => ({ value: key, label: pick({ zh: title['zh'] ?? key, en: title['en'] }) }));
  return { options, title: (key) => options().find(({ value }) => value === key)?.label ?? key };
}

export const windowName = (one: Window): string => {
  if (one.key === '-') return t('campaigns.coverage-outside');
  if (one.key === 'all') return t('campaigns.every.campaign');
  return one.name ? pick(one.name) : one.key;
};

export const wantedText = ({ count }: Goal): string => {
  if (!count) return '';
  if (count.what === 'visited-units' || count.what === 'closed-share') return t('campaigns.goal-wanted-share', { n: count.at_least ?? 100 });
  if (count.at_most !== null) return t('campaigns.goal-wanted-most', { n: count.at_most });
  return t('campaigns.goal-wanted-least', { n: count.at_least ?? 0 });
};

export const quotaText = (quota: Quota): string => {
  const words = t(quota.led ? 'campaigns.quota-led-words' : 'campaigns.quota-words', { every: t(`campaigns.every.${quota.every}`), n: quota.at_least });
  const modes = quota.modes.length > 0 ? formatList(quota.modes.map(modeName)) : '';
  const tiers = quota.tiers.length > 0 ? formatList(quota.tiers.map((tier) => t(`common.tier.${tier}`))) : '';
  return [words, modes, tiers].filter(Boolean).join(' · ');
};
