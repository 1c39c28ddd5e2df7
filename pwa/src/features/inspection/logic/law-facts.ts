/** What is told about a law, standard or notice: only what somebody verified, and where nothing was, that too. */

import type { Cited, Edition, LawRecord } from '@/engine/law';
import { pick, t } from '@/i18n/i18n';

export interface LawFact {
  readonly name: string;
  readonly words: string;
}

const unknown = (): string => t('inspection.law-unknown');

/** The lines of the sheet in their order; lines with nothing to say are left out. */
export function factsOf(cited: Cited, record: LawRecord | undefined): LawFact[] {
  const edition = record?.editions.find(({ number }) => number === cited.edition);
  if (record === undefined || edition === undefined) return clause(cited);
  return [
    { name: 'document', words: cited.doc },
    { name: 'edition', words: edition.number },
    { name: 'kind', words: t(`inspection.law-kind-${record.kind}`) },
    { name: 'binding', words: bindingOf(record) },
    { name: 'issuer', words: pick(record.issuer) || unknown() },
    { name: 'since', words: sinceOf(edition) },
    ...clause(cited),
    ...optional('replaces', cited.replaces.join(t('inspection.law-join'))),
    ...optional('next', cited.next ? t('inspection.law-next-words', { edition: cited.next.edition, day: cited.next.effective_from }) : ''),
    ...optional('about', pick(cited.note)),
    ...optional('remark', [pick(edition.doubt), pick(record.note)].filter(Boolean).join(' ')),
    { name: 'source', words: [pick(edition.verified.source), pick(edition.verified.note)].filter(Boolean).join(' ') },
  ];
}

const bindingOf = (record: LawRecord): string => [t(`inspection.law-${record.binding}-words`), pick(record.scope)].filter(Boolean).join(' ');

const sinceOf = (edition: Edition): string => {
  if (edition.effective_from !== undefined) return edition.effective_from;
  return edition.published === undefined ? unknown() : t('inspection.law-published', { day: edition.published });
};

const clause = (cited: Cited): LawFact[] => [{ name: 'clause', words: cited.clause ?? t('inspection.law-clause-open') }];

const optional = (name: string, words: string): LawFact[] => (words === '' ? [] : [{ name, words }]);
