/** A failed request in one sentence. */
import type { Offline, Refused } from '@/data/api';
import { problemText } from '@/data/problem';
import { hasMessage, locale, t } from '@/i18n/i18n';

export const failureText = (failure: Refused | Offline): string => {
  if (failure.offline === true) return t(failure.portal ? 'common.portal' : 'common.error.offline-text');
  return problemText(failure.problem, { t, has: hasMessage, locale: locale.value });
};
