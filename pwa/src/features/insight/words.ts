/** What a line is called. */
import { pick, t } from '@/i18n/i18n';
import { decimals, percent, type GapFigures, type GapLine, type Share } from './gap';

export const lineName = (row: GapLine): string => {
  const parts = [row.unit_name, row.ask ? pick(row.ask) : null, row.ask || !row.checklist ? null : pick(row.checklist), row.way_name ? pick(row.way_name) : null];
  return parts.filter(Boolean).join(' · ') || row.key;
};

export const shareText = (share: Share): string => t('insight.share', { k: share.k, n: share.n, share: percent(share.n === 0 ? null : share.k / share.n) });
export const intervalText = (share: Share): string => t('insight.interval', { low: percent(share.low), high: percent(share.high) });

export const kappaText = ({ agreement }: GapFigures): string => {
  if (agreement.kappa === null) return t('insight.kappa-none', { n: agreement.n });
  const range = agreement.low === null ? '' : t('insight.kappa-range', { low: decimals(agreement.low), high: decimals(agreement.high) });
  return t('insight.kappa-told', { kappa: decimals(agreement.kappa), range, n: agreement.n });
};
