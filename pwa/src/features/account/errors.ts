/** Why a login or a change of password did not work, in words a person can act on. */
import type { Offline, Refused } from '@/data/api';
import { t } from '@/i18n/i18n';
import { problemText } from '@/i18n/problem';

export function loginError(result: Offline | Refused): string {
  if (result.offline === true) return result.portal ? t('common.portal') : t('account.error.offline');
  const { problem } = result;
  if (problem.status === 429) return throttled(problem.params['retry_after']);
  if (problem.status === 401) return t('account.error.wrong');
  return problemText(problem);
}

function throttled(seconds: unknown): string {
  const wait = typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds / 60)) : 0;
  return wait > 0 ? t('account.error.throttled-minutes', { n: wait }) : t('account.error.throttled');
}
