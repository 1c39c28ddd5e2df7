/** The published words of reports in the present language, and when one came. */
import published from '@contracts/generated/tip-words.json';
import { formatMoment } from '@/i18n/format';
import { pick, t } from '@/i18n/i18n';
import type { TipRow } from './tip';

const topics = new Map(published.topics.map((topic) => [topic.key, topic]));

export const topicNames = (keys: readonly string[]): string => keys.map((key) => pick(topics.get(key)) || key).join(t('common.comma'));

export const reasons = (): readonly { readonly value: string; readonly label: string }[] => published.reasons.map((reason) => ({ value: reason.key, label: pick(reason) }));

export const isSpam = (key: string): boolean => published.reasons.some((reason) => reason.key === key && 'spam' in reason);

export const came = (tip: TipRow): string => (tip.exact ? formatMoment(tip.received_at) : t('tips.about-hour', { time: formatMoment(tip.received_at) }));

export const whereabouts = (tip: TipRow): string => [tip.unit_name, tip.spot].filter(Boolean).join(' · ') || tip.place || t('tips.no-spot');

/** A title that somebody may keep or write anew. */
export const titleOf = (tip: TipRow): string => (tip.words.split('\n')[0] ?? '').slice(0, 60) || topicNames(tip.topics).slice(0, 60);

export const limits = published.limits;
