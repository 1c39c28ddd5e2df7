/** The shape of a checklist file (contracts/checklist.schema.json). The server checks every file before it publishes one. */

export interface Text {
  readonly zh: string;
  readonly en: string;
}

export type Tier = 'hospital' | 'township' | 'community' | 'village' | 'clinic' | 'cdc' | 'other';
export type Scalar = string | number | boolean;
export type Comparison = '<' | '<=' | '>' | '>=';

export type Condition =
  | {readonly equals: readonly [ref: string, value: Scalar]}
  | {readonly in: readonly [ref: string, values: readonly Scalar[]]}
  | {readonly all: readonly Condition[]}
  | {readonly any: readonly Condition[]}
  | {readonly not: Condition}
  | {readonly compare: readonly [ref: string, operator: Comparison, limit: number]};

/** A citation: of a record (`law`), or of a paper that has none (`doc`). What it says on a day: citations.ts. */
export interface Basis {
  readonly law?: string;
  readonly edition?: string;
  readonly doc?: string;
  readonly clause?: string;
  readonly note?: Text;
  readonly tag: 'verified' | 'document-only' | 'to-verify' | 'recommended';
}

export interface Option {
  readonly key: string;
  readonly label: Text;
  readonly result?: 'pass' | 'fail';
}

export type Expiry = {readonly warn_days?: number; readonly advisory?: boolean} & (
  | {readonly valid_days: number}
  | {readonly valid_years: number}
  | {readonly is_expiry: true}
);

export interface NumberSpec {
  readonly type: 'number';
  readonly unit?: Text;
  readonly min?: number;
  readonly max?: number;
  readonly warn_min?: number;
  readonly warn_max?: number;
  readonly step?: number;
}

export interface ChoiceSpec {
  readonly type: 'choice' | 'choices';
  readonly options: readonly Option[];
}

export interface TextSpec {
  readonly type: 'text';
  readonly max_length?: number;
}

export interface DateSpec {
  readonly type: 'date';
  readonly expiry?: Expiry;
}

export interface ScanSpec {
  readonly type: 'scan';
  readonly accepts?: 'tag' | 'any';
}

export interface PassFailSpec {
  readonly type: 'pass-fail-na';
}

export interface PhotoSpec {
  readonly type: 'photo';
  readonly min_count?: number;
}

export interface SignatureSpec {
  readonly type: 'signature';
}

/** What a reading may be; an answer may also be one of the three that stand alone. */
export type ReadingSpec = NumberSpec | ChoiceSpec | TextSpec | DateSpec | ScanSpec;
export type AnswerSpec = ReadingSpec | PassFailSpec | PhotoSpec | SignatureSpec;
export type AnswerType = AnswerSpec['type'];

export type Answer = AnswerSpec & {readonly allow_na?: boolean; readonly note?: Text};

export type Reading = ReadingSpec & {
  readonly key: string;
  readonly label: Text;
  readonly note?: Text;
  readonly optional?: boolean;
  readonly when?: Condition;
};

export interface Repeat {
  readonly over: 'location' | 'asset';
  readonly kinds?: readonly string[];
}

export type PhotoRule = 'always' | 'on-fail' | 'optional' | 'never';

export interface HazardDefaults {
  readonly title: Text;
  readonly grade: 'general' | 'suspect-major';
  /** Only in versions published before criteria were data. */
  readonly criterion?: Text;
  readonly criteria?: readonly string[];
  readonly note?: Text;
  readonly category: string;
  readonly due_days: number;
  readonly stop_use?: boolean;
  readonly suggest: Text;
}

export interface Item {
  readonly key: string;
  readonly facts: readonly string[];
  readonly ask: Text;
  readonly method: Text;
  readonly basis: readonly Basis[];
  readonly answer: Answer;
  readonly readings?: readonly Reading[];
  readonly tiers?: readonly Tier[];
  readonly when?: Condition;
  readonly repeat?: Repeat;
  readonly photo: {readonly rule: PhotoRule; readonly hint?: Text};
  readonly risk?: Text;
  readonly on_fail?: {readonly hazard: HazardDefaults};
  readonly weight: number;
  /** Answered one by one at the thing itself, never passed together with others. */
  readonly mandatory?: true;
  /** A deep item takes turns with the others, see `rotation`. */
  readonly depth?: 'always' | 'deep';
  /** Estimated time for one answer. */
  readonly seconds?: number;
}

export interface Section {
  readonly key: string;
  readonly title: Text;
  readonly repeat?: Repeat;
  readonly when?: Condition;
  readonly items: readonly Item[];
}

/** Answers that together may meet a criterion of a major hazard. */
export interface CandidateRule {
  readonly criteria: readonly string[];
  readonly when: Condition;
  readonly note?: Text;
}

export interface Definition {
  readonly key: string;
  readonly title: Text;
  readonly header: {
    readonly facts: readonly string[];
    readonly note: Text;
    readonly omitted: readonly {readonly facts: readonly string[]; readonly why: Text}[];
  };
  readonly effective_from: string;
  readonly minutes: number;
  readonly rotation?: { readonly per_visit: number };
  readonly scoring?: { readonly mandatory_cap: number };
  readonly sections: readonly Section[];
  readonly candidates?: readonly CandidateRule[];
}

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
  /** The sections that this visit takes on; all when absent. */
  readonly sections?: readonly string[] | null;
  /** The deep items drawn for this visit; all when absent. */
  readonly deep_items?: readonly string[] | null;
}

/** One visible row of the walk. */
export interface Line {
  readonly section: string;
  readonly target: string;
  readonly item: string;
}

/** Name the answer to an item at a target; the target is empty for what is asked once. */
export const answerKey = (target: string, item: string): string => `${target}|${item}`;

const NOTHING: Values = {};

/** The fields of one answer, empty when there is none yet. */
export const valuesOf = (answers: Answers, key: string): Values => answers[key] ?? NOTHING;
