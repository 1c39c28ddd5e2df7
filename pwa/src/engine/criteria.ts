/** Criteria of major hazards as published: lists with entries that checklists point to. Twin of server/definitions/rules/criteria.py. */
import type { Basis, Text } from './definition';

export interface CriteriaEntry {
  readonly key: string;
  readonly text: Text;
  readonly wording: 'verbatim' | 'paraphrase';
  readonly source: Basis;
  readonly effective_from?: string;
  readonly effective_to?: string;
  readonly applies?: { readonly areas?: readonly string[]; readonly categories?: readonly string[] };
}

export interface AtOnce {
  readonly act: 'stop' | 'evacuate' | 'report';
  readonly text: Text;
  readonly source: Basis;
}

/** One document. `serious` is another notion of law: its entries never make a hazard major. */
export interface CriteriaList {
  readonly key: string;
  readonly concept: 'major' | 'serious';
  readonly title: Text;
  readonly edition: string;
  readonly region: string;
  readonly effective_from: string;
  readonly effective_to?: string;
  readonly complete: boolean;
  readonly incomplete?: Text;
  readonly judged_by: Text;
  readonly at_once: readonly AtOnce[];
  readonly entries: readonly CriteriaEntry[];
}

/** Say whether an entry holds on a day. */
export function isInForce(list: CriteriaList, entry: CriteriaEntry, day: string): boolean {
  const end = entry.effective_to ?? list.effective_to;
  return (entry.effective_from ?? list.effective_from) <= day && (end === undefined || day <= end);
}

/** Find the list and the entry behind `<list>.<entry>`. */
export function findEntry<L extends CriteriaList>(lists: readonly L[], reference: string): readonly [L, CriteriaEntry] | null {
  const dot = reference.indexOf('.');
  const list = lists.find(({ key }) => key === reference.slice(0, dot));
  const entry = list?.entries.find(({ key }) => key === reference.slice(dot + 1));
  return list === undefined || entry === undefined ? null : [list, entry];
}
