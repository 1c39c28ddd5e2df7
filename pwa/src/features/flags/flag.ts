/** A doubt as the server tells it: what looks odd, both sides of it, and what people have said. */
import { json, list, maybe, number, record, text, word, flag as truth, type Json, type Parsed } from '@/data/shape';
import type { PhotoOrigin } from '@/data/records';

export type FlagState = 'open' | 'dismissed' | 'confirmed';

const side = record({
  id: text,
  author_name: maybe(text),
  unit_name: maybe(text),
  origin: word<PhotoOrigin>(),
  purpose: text,
  state: text,
  taken_at: number,
  received_at: number,
  inspection_id: maybe(text),
  hazard_id: maybe(text),
});
const decision = record({ state: word<FlagState>(), name: maybe(text), at: number, reason: text });

export const parseFlag = record({
  id: text,
  kind: text,
  subject_type: text,
  subject: maybe(side),
  other_id: text,
  other: maybe(side),
  inspection_id: maybe(text),
  hazard_id: maybe(text),
  unit_name: maybe(text),
  person_name: maybe(text),
  details: json,
  state: word<FlagState>(),
  created_at: number,
  decisions: list(decision),
  may_decide: truth,
});

export type FlagSide = Parsed<typeof side>;
export type Flag = Parsed<typeof parseFlag>;

/** The numbers of a flag by name; what is no number is left out. */
export function figures(details: Json): Readonly<Record<string, number>> {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return {};
  return Object.fromEntries(Object.entries(details).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
