/** How long a paper still holds, in words; colour only repeats them. */
import { t } from '@/i18n/i18n';
import type { Certificate } from './expert';

export const validity = ({ state, expires_on: until, left_days: left }: Certificate): string => {
  if (state === 'revoked') return t('experts.revoked');
  if (until === null || left === null) return t('experts.lasting');
  return left < 0 ? t('experts.expired', { day: until, n: -left }) : t('experts.until', { day: until, n: left });
};

export const toneOf = ({ state }: Certificate): 'over' | 'soon' | undefined => {
  if (state === 'expired' || state === 'revoked') return 'over';
  return state.startsWith('in-') ? 'soon' : undefined;
};
