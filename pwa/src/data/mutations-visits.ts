/** What a team tells of its sealed visit: that it was opened, and that it stands at the unit. */
import type { Position } from './records';

export interface OpenVisit {
  readonly id: string;
  readonly opened_at: number;
  /** member-code: with the key that the leader's phone showed. */
  readonly how: 'time' | 'member-code';
  /** Shows that the key was there. */
  readonly check?: string;
}

export interface MetPerson {
  readonly name: string;
  readonly title?: string;
}

/** How the team shows that it is there; the field of the same name says it. */
export interface ArrivalProof {
  readonly kind: 'tag' | 'position' | 'statement';
  readonly tag?: string;
  readonly position?: Position;
  readonly statement?: { readonly inspector_ids: readonly string[]; readonly photo_id?: string };
}

export interface ArriveVisit {
  readonly id: string;
  /** The task that the arrival makes; named, so that what is done there can be told to follow from it. */
  readonly assignment_id: string;
  readonly arrived_at: number;
  readonly proof: ArrivalProof;
  readonly met: readonly MetPerson[];
  readonly escort?: boolean;
}
