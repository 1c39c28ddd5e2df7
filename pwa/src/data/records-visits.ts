/** A sealed visit as its team's phones may know it: until it is opened neither where it leads nor what for. */
import { list, maybe, number, record, text, word, type Parsed } from './shape';

export type VisitState = 'sealed' | 'opened' | 'arrived' | 'ended' | 'cancelled';
/** offline: the phone opens it by itself when the time has come. online: the key is given out only then. */
export type KeyRelease = 'offline' | 'online';

export const plan = record({
  title: text,
  unit_id: text,
  checklist_keys: list(text),
  location_ids: list(text),
  note: maybe(text),
  mode: text,
  assignment_id: text,
  leader_id: text,
  member_ids: list(text),
});

export const visit = record({
  id: text,
  state: word<VisitState>(),
  opens_at: number,
  ends_at: number,
  leader_id: text,
  member_ids: list(text),
  key_release: word<KeyRelease>(),
  package_url: maybe(text),
  package_sha256: maybe(text),
  opened_at: maybe(number),
  arrived_at: maybe(number),
  /** The package's key, locked for each of the leader's phones. */
  wrapped: list(record({ client: text, for: text, epk: text, iv: text, key: text })),
  plan: maybe(plan),
});

export type Visit = Parsed<typeof visit>;
export type VisitPlan = Parsed<typeof plan>;
export type WrappedKey = Visit['wrapped'][number];

/** Called off, or nobody came in time. */
export const isOver = ({ state }: Pick<Visit, 'state'>): boolean => state === 'ended' || state === 'cancelled';

/** Whether its package is still needed: the arrival brings what the server has of the unit. */
export const isPacked = ({ state }: Pick<Visit, 'state'>): boolean => state === 'sealed' || state === 'opened';
