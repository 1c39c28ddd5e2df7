/** A failed request in one sentence. */
import type { Offline, Refused } from '@/data/api';
import { t } from '@/i18n/i18n';
import { problemText } from '@/i18n/problem';

export const failureText = (failure: Refused | Offline): string => {
  if (failure.offline === true) return t(failure.portal ? 'common.portal' : 'common.error.offline-text');
  return problemText(failure.problem);
};
