/** Words of the desk for a paper's kind and standing. */

import { locale, t } from '@/i18n/i18n';
import { newestLayout } from '../logic/layouts';
import type { Paper } from '../logic/rows';

export const OUTCOMES = ['signed', 'typed', 'delegated', 'refused', 'absent'] as const;

export const kindName = (key: string): string => {
  const name = newestLayout(key)?.name;
  return name ? (locale.value === 'en' ? name.en : name.zh) : key;
};

export function standing(paper: Paper): string {
  const word = t(paper.replaced_by_id === null ? 'papers-desk.valid' : 'papers-desk.replaced');
  return paper.edition > 1 ? `${word} \u00b7 ${t('papers-desk.edition', { n: paper.edition })}` : word;
}
