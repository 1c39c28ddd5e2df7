/** A sealed visit as the desk reads it. What the reader may not know is absent. */
import { plan, type KeyRelease, type VisitState } from '@/data/records-visits';
import { dict, flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

const arrival = record({
  at: number,
  by: text,
  received_at: number,
  proof: record({ kind: text, tag: maybe(text) }),
  verified: flag,
  met: list(record({ name: text, title: maybe(text) })),
  escort: maybe(flag),
  /** The earliest arrival that could be verified, where the first could not. */
  confirmed: maybe(record({ at: number, by: text, proof: record({ kind: text }) })),
});

/** Why somebody should stand aside from the unit, and the reason for which they go all the same. */
export const aside = record({ person_id: text, kind: text, text: record({ zh: text, en: text }), reason: maybe(text) });
export type VisitAside = Parsed<typeof aside>;

export const parseVisit = record({
  id: text,
  state: word<VisitState>(),
  opens_at: number,
  ends_at: number,
  leader_id: text,
  member_ids: list(text),
  key_release: word<KeyRelease>(),
  package_size: number,
  opened_at: maybe(number),
  arrived_at: maybe(number),
  released_at: maybe(number),
  plan: maybe(plan),
  rev: number,
  created_by: maybe(text),
  created_at: number,
  knower_ids: list(text),
  number: maybe(text),
  unit_name: maybe(text),
  people: dict(text),
  may: list(text),
  cancelled_reason: maybe(text),
  arrival: maybe(arrival),
  recusals: list(aside),
  concerns: list(text),
});
export type DeskVisit = Parsed<typeof parseVisit>;

const line = record({ seq: number, at: number, person: text, how: text, by_name: text, details: dict((raw) => raw) });
export const parseLog = record({ items: list(line), head: text, sound: flag });
export type KnowledgeLog = Parsed<typeof parseLog>;

export const personIn = ({ people }: DeskVisit, id: string): string => people[id] ?? '';
