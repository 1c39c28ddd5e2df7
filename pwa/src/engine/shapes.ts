/** Answers, their context, and what the rules return. Twin of server/checklists/rules/shapes.py. */
import type { Basis, Scalar, Text, Tier } from './definition';

/** A value as it is stored: text, number, yes or no, list of words, or nothing. */
export type Value = Scalar | readonly string[] | null;

/** The fields of one answer: result, note, reason, v, r.<reading>. */
export type Values = Readonly<Record<string, Value>>;

/** "<target>|<item>" → fields; the target is empty for what is asked once. */
export type Answers = Readonly<Record<string, Values>>;

export type Result = 'pass' | 'fail' | 'na' | 'unable' | null;

export interface Place {
  readonly kind: string;
  readonly attributes: readonly string[];
  readonly name?: string;
}

/** All that a rule may know besides the definition and the answers. */
export interface Context {
  readonly unit: {
    readonly tier: Tier;
    readonly attributes: readonly string[];
    readonly beds: number | null;
  };
  readonly places: Readonly<Record<string, Place>>;
  readonly targets: { readonly location: readonly string[]; readonly asset: readonly string[] };
  readonly today: string;
}

/** One visible row of the walk. */
export interface Line {
  readonly section: string;
  readonly target: string;
  readonly item: string;
}

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

/** Name the answer to an item at a target; the target is empty for what is asked once. */
export const answerKey = (target: string, item: string): string => `${target}|${item}`;

const NOTHING: Values = {};

/** The fields of one answer, empty when there is none yet. */
export const valuesOf = (answers: Answers, key: string): Values => answers[key] ?? NOTHING;
