/** Tasks, and who led a visit by being there, as they travel to phones. */
import { flag, list, maybe, number, record, text, word, type Parsed } from './shape';

export type AssignmentState = 'planned' | 'started' | 'done' | 'cancelled';

export const assignment = record({
  id: text,
  title: text,
  unit_id: text,
  checklist_keys: list(text),
  mode: text,
  due_on: maybe(text),
  inspector_ids: list(text),
  lead_id: maybe(text),
  location_ids: list(text),
  state: word<AssignmentState>(),
  note: maybe(text),
  campaign: maybe(text),
  campaign_id: maybe(text),
  /** Who leads by attending (not one of the inspectors). */
  leader_id: maybe(text),
  created_at: number,
});

/** A leader was there: signed on the leader's own phone. */
export const attendance = record({
  id: text,
  assignment_id: maybe(text),
  inspection_id: maybe(text),
  unit_id: text,
  person_id: text,
  title: text,
  tag: maybe(text),
  tag_fits: maybe(flag),
  distance: maybe(number),
  at: number,
  received_at: maybe(number),
});

export type Attendance = Parsed<typeof attendance>;
