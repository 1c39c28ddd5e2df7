/** Citations that wait for a person, as the server lists and counts them. */

import type { Cause, Tag } from '@/engine/law';
import { dict, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

export const parseCitation = record({
  id: text,
  checklist_key: text,
  checklist: dict(text),
  item: text,
  ask: dict(text),
  law: maybe(text),
  doc: text,
  edition: maybe(text),
  read_in: maybe(text),
  tag: word<Tag>(),
  cause: maybe(word<Cause>()),
  binding: text,
  note: maybe(dict(text)),
  todo: dict(text),
});

const counted = record({ key: text, title: dict(text), count: number });

export const parseCounts = record({ total: number, checklists: list(counted), laws: list(counted), tags: dict(number) });

export type Citation = Parsed<typeof parseCitation>;
export type Counts = Parsed<typeof parseCounts>;
export type Counted = Parsed<typeof counted>;

export const OPEN_TAGS = ['document-only', 'to-verify', 'recommended'] as const satisfies readonly Tag[];
