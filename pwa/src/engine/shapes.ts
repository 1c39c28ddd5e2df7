/** What the rules return. Twin of server/checklists/rules/shapes.py. */
import type { Basis, Line, Result, Text, Value } from './definition';

/** What an answer means; the lists name fields in the item's order. */
export interface Judgement {
  readonly result: Result;
  readonly out: readonly string[];
  readonly warn: readonly string[];
  readonly expiring: readonly string[];
}

/** Something that still has to be given; `field` names the reading. */
export interface Missing {
  readonly target: string;
  readonly item: string;
  readonly what: 'answer' | 'reading' | 'photo' | 'note' | 'reason';
  readonly field: string | null;
}

/** A hazard as the item proposes it; a person decides. */
export interface HazardProposal {
  readonly title: Text;
  readonly grade: 'general';
  readonly suspected_major: boolean;
  readonly criterion: Text | null;
  readonly note: Text | null;
  readonly category: string;
  readonly due_days: number;
  readonly due_on: string;
  readonly stop_use: boolean;
  readonly suggest: Text;
  readonly risk: Text | null;
  readonly basis: readonly Basis[];
}

/** A line that failed. */
export interface Finding extends Line {
  readonly out: readonly string[];
  readonly hazard: HazardProposal | null;
}

/** The counts of one section and its score, 0.0 to 100.0. */
export interface SectionScore {
  readonly key: string;
  readonly passed: number;
  readonly failed: number;
  readonly na: number;
  readonly unable: number;
  readonly open: number;
  readonly score: number | null;
}

/** Scores by section and over all; coverage is the answered share of the lines. */
export interface Score {
  readonly sections: readonly SectionScore[];
  readonly total: number | null;
  readonly coverage: number | null;
}

/** One person's word on one field. */
export interface Candidate {
  readonly v: Value;
  readonly rev: number;
  readonly by: string;
  readonly at: number;
  readonly client?: string;
  readonly how?: string;
}

/** A field as stored: the standing word and, while they disagree, all words. */
export interface FieldState extends Candidate {
  readonly candidates?: readonly Candidate[];
}

/** A word as it arrives, with the revision its author had seen. */
export interface Incoming {
  readonly v: Value;
  readonly base: number;
  readonly by: string;
  readonly at: number;
  readonly client?: string;
  readonly how?: string;
}

/** Words that disagree; `audience` says whether the team or only their author must look. */
export interface Conflict {
  readonly values: readonly { readonly v: Value; readonly by: string; readonly at: number }[];
  readonly audience: 'team' | 'author';
}

export interface Merged {
  readonly outcome: 'applied' | 'noop' | 'merged';
  readonly state: FieldState;
  readonly conflict: Conflict | null;
}
