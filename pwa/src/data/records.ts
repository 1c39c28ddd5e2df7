/** Every kind of row the server sends, as the phone reads it. The words of the wire are the words of the code. */
import { assignment, attendance } from './records-campaigns';
import { peer } from './records-peers';
import { visit } from './records-visits';
import { dict, flag, isRecord, json, list, maybe, number, record, text, word, type Parse, type Parsed } from './shape';

/** Which there are, their names and signing rules: contracts/generated/inspection-rules.json. */
export type InspectionMode = string;
export type { AssignmentState } from './records-campaigns';
/** Every item tapped, or only what is wrong. */
export type InspectionStyle = 'full' | 'quick';
export type InspectionState = 'draft' | 'submitted';
export type HazardState = 'open' | 'assigned' | 'rectified' | 'verified' | 'closed' | 'void';
export type DecisionOutcome = 'major' | 'general' | 'experts';
export type HazardGrade = 'general' | 'major';
export type HazardSource = 'inspection' | 'report' | 'self';
export type PhotoState = 'expected' | 'stored' | 'lost' | 'removed';
export type PhotoOrigin = 'camera' | 'gallery' | 'file';
export type PhotoPurpose = 'answer' | 'found' | 'rectified' | 'comment' | 'refusal' | 'place';
export type SignatureParty = 'inspector' | 'unit';
export type TagState = 'unclaimed' | 'bound' | 'void';
export type TagTarget = 'location' | 'asset';
export type BasisTag = 'verified' | 'document-only' | 'to-verify' | 'recommended';
export type OutcomeState = 'open' | 'handed' | 'told';
export type OutcomeStatus = 'applied' | 'merged' | 'rejected' | 'held' | 'parked';
/** `decided`: of several answers the lead let this one stand. */
export type AnswerHow = 'tap' | 'rest' | 'quick' | 'decided';

const grant = record({
  role: text,
  unit_id: maybe(text),
  region_id: maybe(text),
  name_zh: text,
  name_en: text,
});
const me = record({
  id: text,
  username: text,
  name: text,
  title: maybe(text),
  unit_id: maybe(text),
  roles: list(grant),
  permissions: list(text),
  must_change_password: flag,
  demo: flag,
});
const outcome = record({
  id: text,
  status: word<OutcomeStatus>(),
  code: maybe(text),
  params: dict(json),
  name: text,
  problem: maybe(text),
  at: number,
  /** open: the author's turn. handed: the lead's. told: decided by somebody else. */
  state: word<OutcomeState>(),
  /** The case whose decision this one shares. */
  head: maybe(text),
  /** The last act. */
  word: maybe(record({ act: text, at: number, by_name: maybe(text), note: maybe(text) })),
});
const region = record({ id: text, parent_id: maybe(text), code: text, name: text, level: json });
const unit = record({
  id: text,
  region_id: text,
  name: text,
  short_name: maybe(text),
  tier: text,
  uscc: maybe(text),
  institution_code: maybe(text),
  address: maybe(text),
  phone: maybe(text),
  beds: maybe(number),
  attributes: list(text),
  lat: maybe(number),
  lon: maybe(number),
  active: flag,
});
const department = record({ id: text, unit_id: text, name: text });
const person = record({
  id: text,
  name: text,
  title: maybe(text),
  unit_id: maybe(text),
  roles: list(text),
  active: flag,
});
const location = record({
  id: text,
  unit_id: text,
  parent_id: maybe(text),
  kind: text,
  name: text,
  code: maybe(text),
  path: text,
  attributes: list(text),
  active: flag,
});
const due = record({ kind: text, name: text, due_on: maybe(text) });
const asset = record({
  id: text,
  unit_id: text,
  location_id: maybe(text),
  kind: text,
  name: text,
  model: maybe(text),
  serial: maybe(text),
  reg_no: maybe(text),
  due: list(due),
  active: flag,
});
const tag = record({
  id: text,
  unit_id: maybe(text),
  region_id: maybe(text),
  state: word<TagState>(),
  target_kind: maybe(word<TagTarget>()),
  target_id: maybe(text),
  batch: maybe(text),
  issue: number,
});
const inspection = record({
  id: text,
  number: maybe(text),
  assignment_id: maybe(text),
  unit_id: text,
  location_id: maybe(text),
  checklist_key: text,
  definition: text,
  mode: text,
  style: word<InspectionStyle>(),
  sections: maybe(list(text)),
  deep_items: maybe(list(text)),
  deep_checked: maybe(list(text)),
  state: word<InspectionState>(),
  lead_id: text,
  member_ids: list(text),
  /** Whom other members want to lead, and who of them does. */
  lead_claims: dict(list(text)),
  target_ids: dict(list(text)),
  started_at: number,
  device_started_at: number,
  submitted_at: maybe(number),
  summary: maybe(text),
  submitted_by: maybe(text),
  score: json,
  counts: json,
});
/** `of`: who said it, when `by` accepted it under their own name. */
const said = { v: json, rev: number, by: text, at: number, how: maybe(word<AnswerHow>()), of: maybe(text) };
/** The word that stands and, while several people stand beside each other, all their words. */
const answerField = record({ ...said, candidates: maybe(list(record(said))) });
const answer = record({
  id: text,
  inspection_id: text,
  target_id: text,
  item_key: text,
  fields: dict(answerField),
});
/** Who takes on a section, a place or a device; nobody when it was given back. */
const part = record({ id: text, inspection_id: text, part: text, person_id: maybe(text), said_by: text, said_at: number });
const position = record({ lat: number, lon: number, accuracy: maybe(number) });
const photo = record({
  id: text,
  sha256: text,
  size: number,
  mime: text,
  w: number,
  h: number,
  taken_at: number,
  author_id: text,
  origin: word<PhotoOrigin>(),
  position: maybe(position),
  state: word<PhotoState>(),
  purpose: word<PhotoPurpose>(),
  inspection_id: maybe(text),
  target_id: maybe(text),
  item_key: maybe(text),
  hazard_id: maybe(text),
  annotations: list(json),
  original_id: maybe(text),
  caption: maybe(text),
});
const signature = record({
  id: text,
  inspection_id: text,
  party: word<SignatureParty>(),
  person_id: maybe(text),
  name: text,
  title: maybe(text),
  refused: flag,
  reason: maybe(text),
  strokes: list(list(list(number))),
  width: number,
  height: number,
  signed_at: number,
  photo_ids: list(text),
  witness: maybe(text),
  target_id: maybe(text),
  item_key: maybe(text),
});
const conflict = record({
  id: text,
  inspection_id: text,
  target_id: text,
  item_key: text,
  field: text,
  values: list(record({ v: json, by: text, at: number })),
  state: word<'open' | 'resolved'>(),
  resolution: maybe(record({ v: json, by: text, at: number, reason: maybe(text) })),
});
const basis = record({ doc: text, clause: maybe(text), tag: word<BasisTag>(), note: maybe(dict(text)) });
/** What a decision on a hazard that may be major says; of one that came too late only what it would have been. */
const decision = record({
  outcome: word<DecisionOutcome>(),
  decided_on: maybe(text),
  refused: flag,
  wanted: maybe(text),
  criterion: maybe(record({ ref: text, hash: text, title: dict(text), edition: text, complete: flag, text: dict(text), source: basis })),
});
const hazardStep = record({
  id: text,
  action: text,
  by: text,
  at: number,
  note: maybe(text),
  photo_ids: list(text),
  assignee_id: maybe(text),
  due_on: maybe(text),
  decision: maybe(decision),
  /** Whose work it was that `by` accepted under their own name. */
  received_from: maybe(text),
});
const hazard = record({
  id: text,
  number: maybe(text),
  closure_number: maybe(text),
  unit_id: text,
  location_id: maybe(text),
  asset_id: maybe(text),
  source: word<HazardSource>(),
  inspection_id: maybe(text),
  target_id: maybe(text),
  item_key: maybe(text),
  checklist_key: maybe(text),
  title: text,
  description: text,
  suggestion: maybe(text),
  basis: list(basis),
  category: maybe(text),
  grade: word<HazardGrade>(),
  suspected_major: flag,
  criterion: maybe(text),
  criteria: list(text),
  decision: maybe(word<DecisionOutcome>()),
  decide_by: maybe(text),
  state: word<HazardState>(),
  rev: number,
  due_on: text,
  assignee_id: maybe(text),
  opened_by: text,
  opened_at: number,
  merged_into_id: maybe(text),
  rectified_by: maybe(text),
  rectified_at: maybe(number),
  verified_by: maybe(text),
  verified_at: maybe(number),
  closed_by: maybe(text),
  closed_at: maybe(number),
  steps: list(hazardStep),
});

/** What the server answers for. What it says is the payload, and the payload alone is signed. */
const receipt = record({
  id: text,
  kind: word<'photo' | 'submission'>(),
  subject_id: text,
  inspection_id: maybe(text),
  person_id: text,
  payload: text,
  key: text,
  signature: text,
  at: number,
});

/** Papers are read by the pages that show them. */
const bare = dict(json);

export const parsers = {
  me,
  assignment,
  attendance,
  outcome,
  region,
  unit,
  department,
  person,
  location,
  asset,
  tag,
  inspection,
  part,
  answer,
  photo,
  signature,
  conflict,
  hazard,
  receipt,
  office: bare,
  ask: bare,
  hand: bare,
  paper: bare,
  joint: bare,
  sheet: bare,
  visit,
  peer,
} as const;

export type EType = keyof typeof parsers;
export type RecordOf<E extends EType> = Parsed<(typeof parsers)[E]>;
export type Me = RecordOf<'me'>;
export type Assignment = RecordOf<'assignment'>;
export type Outcome = RecordOf<'outcome'>;
export type Region = RecordOf<'region'>;
export type Unit = RecordOf<'unit'>;
export type Department = RecordOf<'department'>;
export type Person = RecordOf<'person'>;
export type Location = RecordOf<'location'>;
export type Asset = RecordOf<'asset'>;
export type Tag = RecordOf<'tag'>;
export type Inspection = RecordOf<'inspection'>;
export type Part = RecordOf<'part'>;
export type Answer = RecordOf<'answer'>;
export type AnswerField = Parsed<typeof answerField>;
export type Photo = RecordOf<'photo'>;
export type Position = Parsed<typeof position>;
export type Signature = RecordOf<'signature'>;
export type Conflict = RecordOf<'conflict'>;
export type Hazard = RecordOf<'hazard'>;
export type Receipt = RecordOf<'receipt'>;
export type HazardStep = Parsed<typeof hazardStep>;
export type Decision = Parsed<typeof decision>;
export type Basis = Parsed<typeof basis>;

export const isEType = (word: string): word is EType => Object.hasOwn(parsers, word);

export const parseRecord = <E extends EType>(etype: E, raw: unknown): RecordOf<E> =>
  (parsers[etype] as Parse<RecordOf<E>>)(raw);

const PARENT: Readonly<Record<string, readonly string[]>> = {
  answer: ['inspection_id'],
  part: ['inspection_id'],
  signature: ['inspection_id'],
  conflict: ['inspection_id'],
  receipt: ['inspection_id'],
  paper: ['inspection_id'],
  joint: ['inspection_id'],
  sheet: ['inspection_id'],
  photo: ['inspection_id', 'hazard_id'],
  location: ['unit_id'],
  asset: ['unit_id'],
  tag: ['unit_id'],
  ask: ['target_id'],
  hazard: ['unit_id'],
  inspection: ['unit_id'],
  department: ['unit_id'],
  person: ['unit_id'],
  assignment: ['unit_id'],
  unit: ['region_id'],
  region: ['parent_id'],
};

/** The row under which this one is listed; "" when it stands alone or its kind is not known here. */
export const parentOf = (etype: string, data: unknown): string => {
  if (!isRecord(data)) return '';
  for (const key of PARENT[etype] ?? []) {
    const value = data[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
};

export const partId = (inspection: string, part: string): string => `${inspection}|${part}`;

export const answerId = (inspection: string, target: string, item: string): string =>
  `${inspection}|${target}|${item}`;
