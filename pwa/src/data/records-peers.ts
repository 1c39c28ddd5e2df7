/** A peer check as its team's phones may know it: where, from when to when, with which versions of the checklists. */
import { dict, list, maybe, number, record, text, word, type Parsed } from './shape';

export type PeerState = 'planned' | 'released' | 'handed' | 'answered' | 'withdrawn';

export const peer = record({
  id: text,
  name: text,
  document: text,
  /** Names of the regions that send and that are inspected. */
  guest: text,
  home: text,
  state: word<PeerState>(),
  starts_at: maybe(number),
  ends_at: maybe(number),
  lead_id: maybe(text),
  member_ids: list(text),
  unit_ids: list(text),
  assignment_ids: list(text),
  /** Checklist key → the version for the whole round. */
  definitions: dict(text),
  handed_at: maybe(number),
});

export type Peer = Parsed<typeof peer>;
