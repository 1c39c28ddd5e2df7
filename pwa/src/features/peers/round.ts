/** Rounds and pairings as the server tells them. */
import { dict, flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import type { PeerState } from '@/data/records-peers';

export type RoundState = 'draft' | 'open' | 'closed';
export type Verdict = 'accepted' | 'appealed';
export type Ruling = 'upheld' | 'lifted';

const named = record({ id: text, name: text });
const unit = record({ id: text, name: text, assignment_id: maybe(text), visit_id: maybe(text), task: maybe(text) });
const pairing = {
  id: text,
  rev: number,
  guest: named,
  home: named,
  state: word<PeerState>(),
  starts_at: maybe(number),
  ends_at: maybe(number),
  lead_id: maybe(text),
  members: list(named),
  units: list(unit),
  handed_at: maybe(number),
  answered_at: maybe(number),
  /** The reader answers for the inspected region. */
  answers: flag,
};
const row = {
  id: text,
  region_id: text,
  region_name: text,
  name: text,
  document: text,
  starts_on: text,
  ends_on: text,
  announced: flag,
  state: word<RoundState>(),
  checklist_keys: list(text),
  may_plan: flag,
};
export const parseRow = record(row);
export const parseRound = record({
  ...row,
  note: text,
  cycle: number,
  checklists: list(record({ key: text, hash: text, title: dict(text) })),
  pairings: list(record(pairing)),
  regions: list(named),
  seed: text,
  barred: list(list(text)),
});
const finding = record({
  id: text,
  hazard: record({ id: text, number: maybe(text), title: text, description: text, grade: text, state: text, unit_id: text, unit_name: text }),
  verdict: maybe(word<Verdict>()),
  reason: text,
  photo_ids: list(text),
  said_by: maybe(text),
  said_at: maybe(number),
  ruling: maybe(word<Ruling>()),
  ruling_reason: text,
  ruled_by: maybe(text),
  ruled_at: maybe(number),
  hazard_photo_ids: list(text),
});
export const parseFinding = finding;
export const parsePairing = record({
  ...pairing,
  round: record({ id: text, name: text, document: text, state: word<RoundState>(), checklist_keys: list(text) }),
  handed_by: maybe(text),
  handed_note: text,
  reply_document: text,
  reply: text,
  answered_by: maybe(text),
  arbitrates: flag,
  findings: list(finding),
  visits: list(record({ id: text, number: maybe(text), unit_id: text, checklist_key: text, definition: text, submitted_at: maybe(number) })),
  returns: list(record({ id: text, unit_id: text, due_on: text, state: text })),
});
export const parseChoices = record({
  people: list(record({ id: text, name: text, title: maybe(text), unit_name: maybe(text) })),
  units: list(record({ id: text, name: text, tier: text })),
});

export type RoundRow = Parsed<typeof parseRow>;
export type Round = Parsed<typeof parseRound>;
export type RoundPairing = Round['pairings'][number];
export type Pairing = Parsed<typeof parsePairing>;
export type Finding = Parsed<typeof finding>;
export type Choices = Parsed<typeof parseChoices>;

/** Minutes of a local day and time as an input gives them, or null. */
export const momentOf = (value: string): number | null => {
  const at = value === '' ? Number.NaN : new Date(value).getTime();
  return Number.isFinite(at) ? at : null;
};

const two = (n: number): string => String(n).padStart(2, '0');

/** A moment as an input of day and time takes it. */
export const inputOf = (at: number | null): string => {
  if (at === null) return '';
  const day = new Date(at);
  return `${String(day.getFullYear())}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
};

/** How far a pairing has come: tasks done of all. */
export const progressOf = ({ units }: Pick<RoundPairing, 'units'>): { readonly done: number; readonly of: number } => ({
  done: units.filter(({ task }) => task === 'done').length,
  of: units.length,
});
