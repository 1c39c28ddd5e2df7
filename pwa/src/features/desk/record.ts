/** A submitted inspection as the desk reads it: header, answers in the order of the checklist, photos, signatures. Pure. */
import { parseJoint, type JointPerson } from '@/data/joint';
import { parseRecord, type Answer, type Conflict, type Inspection, type Signature } from '@/data/records';
import { dict, flag, isRecord, json, list, number, record as shape, text, type Json, type Parsed } from '@/data/shape';
import type { Definition, Item, Reading } from '@/engine/definition';
import { findersOf, notesOf, type Note } from './team';

const ownerWord = shape({ mine: flag, at: number });
export type OwnerWord = Parsed<typeof ownerWord>;

export interface InspectionRecord {
  readonly inspection: Inspection;
  readonly answers: readonly Answer[];
  /** Those under the record. */
  readonly signatures: readonly Signature[];
  /** Who signed, by the signature's id, also where it answers a single item. */
  readonly signers: Readonly<Record<string, string>>;
  readonly conflicts: readonly Conflict[];
  readonly photos: Readonly<Record<string, readonly string[]>>;
  /** Photo → who took it. */
  readonly photoAuthors: Readonly<Record<string, string>>;
  /** Signatures of inspectors that came from a colleague's account. */
  readonly unconfirmed: ReadonlySet<string>;
  /** What those said of it by their own account. */
  readonly said: Readonly<Record<string, OwnerWord>>;
  readonly photoOrigins: Readonly<Record<string, string>>;
  /** People of other agencies, as the record names them. */
  readonly joint: readonly JointPerson[];
  readonly score: Json;
}

export const parseInspectionRecord = (raw: unknown): InspectionRecord => {
  const from = isRecord(raw) ? raw : {};
  const rows = <E extends 'answer' | 'signature' | 'conflict'>(etype: E, value: unknown) =>
    list((one) => parseRecord(etype, one))(value);
  const signatures = rows('signature', from['signatures'] ?? []);
  return {
    inspection: parseRecord('inspection', raw),
    answers: rows('answer', from['answers']),
    signatures: signatures.filter((one) => one.item_key === null),
    signers: Object.fromEntries(signatures.map(({ id, name }) => [id, name])),
    conflicts: rows('conflict', from['conflicts']),
    photos: dict(list(text))(from['photos']),
    photoAuthors: dict(text)(from['photo_authors']),
    unconfirmed: new Set(list(text)(from['unconfirmed'])),
    said: dict(ownerWord)(from['said']),
    photoOrigins: dict(text)(from['photo_origins']),
    joint: list(parseJoint)(from['joint']),
    score: json(from['score']),
  };
};

export interface RecordLine {
  readonly key: string;
  readonly item: Item;
  readonly target: string;
  readonly result: string;
  readonly notes: readonly Note[];
  readonly how: string;
  /** Who gave the result that stands. */
  readonly by: readonly string[];
  readonly readings: readonly { readonly reading: Reading | null; readonly value: Json }[];
  readonly photos: readonly string[];
  readonly photoAuthors: readonly string[];
}

export interface RecordSection {
  readonly key: string;
  readonly title: Definition['sections'][number]['title'];
  readonly lines: readonly RecordLine[];
}

const READING = 'r.';

/** What a field says to a reader: a signature its name; the ids of photos nothing, for they are shown. */
const saying = (item: Item, name: string, value: Json, signers: InspectionRecord['signers']): Json => {
  if (name !== 'v') return value;
  if (item.answer.type === 'photo') return null;
  return item.answer.type === 'signature' ? (signers[String(value)] ?? null) : value;
};

const lineOf = (item: Item, answer: Answer, { photos, photoAuthors, signers, conflicts }: InspectionRecord): RecordLine => {
  const { fields } = answer;
  const result = fields['result'];
  const readings = Object.entries(fields)
    .filter(([name]) => name === 'v' || name.startsWith(READING))
    .map(([name, field]) => ({
      reading: (item.readings ?? []).find((one) => `${READING}${one.key}` === name) ?? null,
      value: saying(item, name, field.v, signers),
    }))
    .filter(({ value }) => value !== null);
  const taken = photos[`${answer.target_id}|${item.key}`] ?? [];
  return {
    key: answer.id,
    item,
    target: answer.target_id,
    result: typeof result?.v === 'string' ? result.v : '',
    notes: [...notesOf(fields['note']), ...notesOf(fields['reason'])],
    how: result?.how ?? '',
    by: findersOf(answer, conflicts),
    readings,
    photos: taken,
    photoAuthors: taken.map((photo) => photoAuthors[photo] ?? ''),
  };
};

/** Only what was answered; the order is the checklist's. */
export const recordSections = (definition: Definition, record: InspectionRecord): readonly RecordSection[] =>
  definition.sections
    .map((section) => ({
      key: section.key,
      title: section.title,
      lines: section.items.flatMap((item) =>
        record.answers.filter((answer) => answer.item_key === item.key).map((answer) => lineOf(item, answer, record)),
      ),
    }))
    .filter((section) => section.lines.length > 0);

export interface Tally {
  readonly pass: number;
  readonly fail: number;
  readonly na: number;
  readonly unable: number;
}

export const tally = (sections: readonly RecordSection[]): Tally => {
  const lines = sections.flatMap((section) => section.lines);
  const count = (result: string): number => lines.filter((line) => line.result === result).length;
  return { pass: count('pass'), fail: count('fail'), na: count('na'), unable: count('unable') };
};
