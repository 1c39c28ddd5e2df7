/** What somebody last did about a case, in one sentence. */
import { hasMessage, t } from '@/i18n/i18n';
import type { Refusal } from '@/sync/refusals';

export interface Word {
  readonly act: string;
  readonly by_name?: string | null;
  readonly note?: string | null;
}

export function wordText({ word, stage }: Pick<Refusal, 'word' | 'stage'>): string | null {
  if (stage === 'handed') return t('problems.handed-text');
  return word === null ? null : actText(word);
}

export function actText({ act, by_name: name, note }: Word): string | null {
  const key = `problems.act.${act}`;
  if (!hasMessage(key)) return null;
  const said = t(key, { name: name ?? t('problems.system') });
  return note ? `${said}${t('problems.said', { note })}` : said;
}
