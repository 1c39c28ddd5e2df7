/** How far a day is, in words. */
import { daysUntil } from './format';
import { t } from './i18n';

export function dueText(day: string | null | undefined, now: number = Date.now()): string {
  if (!day) return t('common.due.none');
  const days = daysUntil(day, now);
  if (days === 0) return t('common.due.today');
  return days > 0 ? t('common.due.left', { n: days }) : t('common.due.over', { n: -days });
}
