/** Rounds and pairings as the server tells them. */
import { dict, flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import type { PeerState } from '@/data/records-peers';

export type RoundState = 'draft' | 'open' | 'closed';
export type Verdict = 'accepted' | 'appealed';
export type Ruling = 'upheld' | 'lifted';

const named = record({ id: text, name: text });
const unit = record({
  id: text, name: text, assignment_id: maybe(text), visit_id: maybe(text), task: maybe(text),
  /** Closed, or moved to another region, since it was chosen. */
  closed: flag, moved_to: maybe(text),
});
const replacement = record({ out: maybe(text), came: maybe(text), reason: text, by: text, at: number });
const draw = record({
  id: text, code: text, purpose: text, drawn_at: number, operator: text, witness: text, published: flag,
  /** The reader may open the draw itself; the certificate of a published one is for everybody. */
  opens: flag,
  spoiled: maybe(text),
  /** The units are those of the draw as it stands now. */
  stands: flag,
  replacements: list(replacement),
});
const aside = record({ person_id: text, person: text, unit_id: text, unit: text, kind: text, zh: text, en: text });
const version = record({ hash: text, title: dict(text), effective_from: text });
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
  draw: maybe(draw),
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
  appeal_days: number,
  checklists: list(record({ key: text, hash: text, title: dict(text) })),
  pairings: list(record(pairing)),
  regions: list(named),
  seed: text,
  barred: list(list(text)),
  /** Pairs that cannot be: everybody who could be sent stands aside there. */
  aside: list(list(text)),
  unstaffed: list(text),
});
const finding = record({
  id: text,
  hazard: record({ id: text, number: maybe(text), title: text, description: text, grade: text, state: text, unit_id: text, unit_name: text }),
  verdict: maybe(word<Verdict>()),
  reason: text,
  photo_ids: list(text),
  appeal_until: number,
  appealable: flag,
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
  round: record({ id: text, name: text, document: text, state: word<RoundState>(), announced: flag, checklist_keys: list(text), appeal_days: number }),
  handed_by: maybe(text),
  handed_note: text,
  reply_document: text,
  reply: text,
  answered_by: maybe(text),
  arbitrates: flag,
  changes: list(record({ what: text, person_id: text, person: text, reason: text, by: text, at: number })),
  aside: list(aside),
  /** The reader may plan sealed visits there. */
  seals: flag,
  findings: list(finding),
  visits: list(record({
    id: text, number: maybe(text), unit_id: text, checklist_key: text, submitted_at: maybe(number), version,
    /** The version of the round, when another one was used. */
    pinned: maybe(version),
  })),
  returns: list(record({ id: text, unit_id: text, visit_id: maybe(text), due_on: maybe(text), opens_at: maybe(number), state: text })),
});
export const parseChoices = record({
  people: list(record({ id: text, name: text, title: maybe(text), unit_name: maybe(text), home_role: flag, also: list(text) })),
  units: list(record({ id: text, name: text, tier: text })),
  aside: list(aside),
  draws: list(record({ id: text, code: text, purpose: text, drawn_at: number, unit_ids: list(text) })),
});

export type RoundRow = Parsed<typeof parseRow>;
export type Round = Parsed<typeof parseRound>;
export type RoundPairing = Round['pairings'][number];
export type Pairing = Parsed<typeof parsePairing>;
export type Finding = Parsed<typeof finding>;
export type Choices = Parsed<typeof parseChoices>;
export type UnitDraw = Parsed<typeof draw>;
export type Aside = Parsed<typeof aside>;
export type Version = Parsed<typeof version>;

/** Why a team was refused, as the server names it: person, unit, reason. */
export const asideOf = (params: Readonly<Record<string, unknown>>): readonly Aside[] => list(aside)(params['reasons']);

/** What makes two versions of a checklist different at a glance. */
export const shortHash = ({ hash }: Version): string => hash.slice(0, 12);

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
