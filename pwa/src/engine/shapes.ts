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

/** A line and the fields of it that led to a candidate. */
export interface Reason {
  readonly target: string;
  readonly item: string;
  readonly fields: readonly string[];
}

/** A criterion that may be met, and the answers that led there; a person decides. */
export interface MajorCandidate {
  readonly criterion: string;
  readonly because: readonly Reason[];
  readonly note: Text | null;
}

/** Counted lines, the weights behind the score, the score itself, and the answered share. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly na: number;
  readonly unable: number;
  readonly open: number;
  readonly earned: number;
  readonly judged: number;
  readonly score: number | null;
  readonly coverage: number | null;
}

export interface SectionScore extends Tally {
  readonly key: string;
}

export interface PlaceScore extends Tally {
  readonly target: string;
}

/** What became of the mandatory lines; `unchecked` are open or could not be checked. */
export interface MandatoryScore {
  readonly asked: number;
  readonly unchecked: number;
  readonly failed: readonly Line[];
}

/**
 * Scores by section, by place and over all. `weighted` is earned out of judged; `cap` is the limit that failing
 * mandatory items set, when it lowered the total; coverage is the answered share of the lines.
 */
export interface Score {
  readonly sections: readonly SectionScore[];
  readonly places: readonly PlaceScore[];
  readonly mandatory: MandatoryScore;
  readonly earned: number;
  readonly judged: number;
  readonly weighted: number | null;
  readonly cap: number | null;
  readonly total: number | null;
  readonly coverage: number | null;
}

/** Lines that a quick visit may pass unless something is said, and those that need a word. */
export interface Exceptions {
  readonly passed: readonly Line[];
  readonly asked: readonly Line[];
}

/** How long a visit may take; `measured` counts the lines whose time is known from visits. */
export interface Estimate {
  readonly lines: number;
  readonly measured: number;
  readonly seconds: number;
}

/** One person's word on one field. */
export interface Candidate {
  readonly v: Value;
  readonly rev: number;
  readonly by: string;
  readonly at: number;
  readonly client?: string;
  readonly how?: string;
  readonly of?: string;
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
  readonly of?: string;
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
