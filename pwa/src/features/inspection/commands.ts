/** What an inspector does. Every command resolves only when it is on the disk; nothing moves before. */

import { daysBetween } from '@/answers/expiry';
import type { SignedName } from '@/answers/field';
import type { Database } from '@/data/database';
import type { AddSignature, Mutation, OpenHazard, SetAnswer } from '@/data/mutations';
import { parseRecord, type Answer, type Inspection, type InspectionMode, type InspectionStyle, type Photo } from '@/data/records';
import type { Json } from '@/data/shape';
import { snapshot } from '@/engine/citations';
import { criterionWords } from '@/major/lists';
import { isMajor, type Suspicion } from '@/major/suspicion';
import type { Item, Line, Value } from '@/engine/definition';
import { commit, type CommitOptions } from '@/sync/outbox';
import { begunOver, finished } from './half-typed';
import { DEADLINES, type HazardDraft } from './logic/hazard-draft';
import { today, type Spot } from '@/plan/spots';
import { lineKey } from './logic/walk';
import { draftKeys, hazardDraftKey, lawRecords, summaryKey, textKey, walkKey } from './queries';

export interface Beginning {
  /** Made before, because what is drawn depends on it. */
  readonly id?: string;
  readonly unit: string;
  readonly checklist: string;
  readonly definition: string;
  readonly mode: InspectionMode;
  readonly style?: InspectionStyle;
  readonly sections?: readonly string[] | null;
  readonly deepItems?: readonly string[] | null;
  readonly locations: readonly string[];
  readonly assets: readonly string[];
  readonly members: readonly string[];
  readonly assignment?: string | undefined;
  readonly location?: string | undefined;
  readonly tag?: string | undefined;
}

/** Begin a visit; answers its id. */
export async function startInspection(db: Database, begin: Beginning): Promise<string> {
  const id = begin.id ?? db.env.id();
  const args = {
    id,
    ...(begin.assignment ? { assignment_id: begin.assignment } : {}),
    unit_id: begin.unit,
    ...(begin.location ? { location_id: begin.location } : {}),
    checklist_key: begin.checklist,
    definition: begin.definition,
    mode: begin.mode,
    ...(begin.style ? { style: begin.style } : {}),
    ...(begin.sections ? { sections: begin.sections } : {}),
    ...(begin.deepItems ? { deep_items: begin.deepItems } : {}),
    targets: { location: begin.locations, asset: begin.assets },
    started_at: db.env.now(),
    member_ids: begin.members,
    ...(begin.tag ? { tag: begin.tag } : {}),
  };
  await commit(db, [{ name: 'inspection.start', args }]);
  return id;
}

export type FieldSet = Readonly<Record<string, Value>>;

const answerArgs = (inspection: string, line: Line, set: FieldSet, how: SetAnswer['how']): SetAnswer => ({
  inspection,
  target: line.target,
  item: line.item,
  set: set as Readonly<Record<string, Json>>,
  ...(how ? { how } : {}),
});

/**
 * Set fields of one answer; the answer as it stands now. Half-typed words of the same fields are thereby finished; `over`
 * says on which revisions they were begun, where this page does not know it by itself.
 */
export async function setAnswer(db: Database, inspection: string, line: Line, set: FieldSet, over?: Readonly<Record<string, number>>): Promise<readonly Answer[]> {
  const fields = Object.keys(set);
  const dropDrafts = fields.map((field) => textKey(inspection, lineKey(line), field));
  const answers: Answer[] = [];
  const shown: CommitOptions['shown'] = (rows) => {
    for (const { etype, data } of rows) if (etype === 'answer' && data !== null) answers.push(parseRecord('answer', data));
  };
  const begun = over ?? begunOver(db, inspection, lineKey(line), fields);
  await commit(db, [{ name: 'answer.set', args: answerArgs(inspection, line, set, 'tap') }], { over: begun, dropDrafts, shown });
  finished(db, dropDrafts);
  return answers;
}

/** Pass all of these at once; each answer says that it was given so. */
export async function passRest(db: Database, inspection: string, lines: readonly Line[]): Promise<void> {
  await setMany(db, inspection, lines, { result: 'pass' }, 'rest');
}

/** Fewer than this many answers are one write: a checklist of forty thousand lines must not be one. */
const AT_ONCE = 200;

/** Pass what nobody objected to. Each answer says that it was passed by exception; a write cut short goes on next time. */
export async function passByException(db: Database, inspection: string, lines: readonly Line[]): Promise<void> {
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    await setMany(db, inspection, lines.slice(from, from + AT_ONCE), { result: 'pass' }, 'quick');
  }
}

export async function clearResults(db: Database, inspection: string, lines: readonly Line[]): Promise<void> {
  await setMany(db, inspection, lines, { result: null }, 'tap');
}

async function setMany(db: Database, inspection: string, lines: readonly Line[], set: FieldSet, how: SetAnswer['how']): Promise<void> {
  if (lines.length === 0) return;
  await commit(db, lines.map((line): Mutation => ({ name: 'answer.set', args: answerArgs(inspection, line, set, how) })));
}

/** An item answered by its photos says which ones. */
export async function setPhotoAnswer(db: Database, inspection: string, line: Line, photos: readonly Photo[]): Promise<void> {
  await setAnswer(db, inspection, line, { v: photos.length === 0 ? null : photos.map((photo) => photo.id) });
}

/** An item answered by a signature: the signature and the answer that names it, in one moment. */
export async function setSignatureAnswer(db: Database, inspection: string, line: Line, signed: SignedName): Promise<void> {
  const id = db.env.id();
  const { name, strokes, width, height } = signed;
  const args: AddSignature = {
    id, inspection, party: 'unit', name, refused: false, strokes, width, height, signed_at: db.env.now(), photo_ids: [],
    target: line.target, item: line.item,
  };
  await commit(db, [
    { name: 'signature.add', args },
    { name: 'answer.set', args: answerArgs(inspection, line, { v: id }, 'tap') },
  ]);
}

export interface Found {
  readonly inspection: Inspection;
  readonly line: Line;
  readonly item: Item;
  readonly spot: Spot | undefined;
  readonly photos: readonly Photo[];
}

/** As long as the ledger keeps. */
const MAX_CRITERION = 1000;

const placeArgs = ({ spot, inspection }: Found): Pick<OpenHazard, 'location_id' | 'asset_id'> => {
  const location = spot ? (spot.over === 'location' ? spot.id : spot.location) : inspection.location_id;
  return { ...(location ? { location_id: location } : {}), ...(spot?.over === 'asset' ? { asset_id: spot.id } : {}) };
};

const wordsArgs = (draft: HazardDraft): Pick<OpenHazard, 'title' | 'description' | 'suggestion' | 'category' | 'criterion' | 'assignee_id'> => ({
  title: draft.title.trim(),
  description: draft.description.trim(),
  ...(draft.suggestion.trim() === '' ? {} : { suggestion: draft.suggestion.trim() }),
  ...(draft.category === null ? {} : { category: draft.category }),
  ...(draft.grade === 'suspect-major' && draft.criterion !== '' ? { criterion: draft.criterion } : {}),
  ...(draft.assignee_id === null ? {} : { assignee_id: draft.assignee_id }),
});

/** The criteria that the answers pointed to: by their keys for who decides, and in words for the paper. */
const criteriaArgs = (draft: HazardDraft, suspicions: readonly Suspicion[]): Pick<OpenHazard, 'criteria' | 'criterion'> => {
  if (draft.grade !== 'suspect-major' || suspicions.length === 0) return {};
  const words = [...new Set(suspicions.map(criterionWords))].join('\n');
  return { criteria: [...new Set(suspicions.map(({ criterion }) => criterion))], criterion: words.slice(0, MAX_CRITERION) };
};

/** A usual span is named as such: should this phone's day be wrong, the server adds it to the right one. */
const dueArgs = (due: string, from: string): Pick<OpenHazard, 'due_on' | 'due_days'> => {
  const days = DEADLINES.find((span) => span === daysBetween(from, due));
  return days === undefined ? { due_on: due } : { due_on: due, due_days: days };
};

/** Open the hazard of a failing line. Major is never said here: suspicion is, and a person decides. */
export async function openHazard(db: Database, found: Found, draft: HazardDraft, suspicions: readonly Suspicion[] = []): Promise<void> {
  const { inspection, line, item } = found;
  const basis = snapshot(item.basis, await lawRecords(db), today(inspection.started_at));
  const args: OpenHazard = {
    id: draft.id,
    unit_id: inspection.unit_id,
    ...placeArgs(found),
    source: inspection.mode === 'self-check' ? 'self' : 'inspection',
    inspection: inspection.id,
    target: line.target,
    item: line.item,
    checklist_key: inspection.checklist_key,
    ...wordsArgs(draft),
    ...criteriaArgs(draft, suspicions.filter(isMajor)),
    basis,
    grade: 'general',
    suspected_major: draft.grade === 'suspect-major',
    ...dueArgs(draft.due_on, today(db.env.now())),
    photos: found.photos.map((photo) => photo.id),
  };
  await commit(db, [{ name: 'hazard.open', args }], { dropDrafts: [hazardDraftKey(inspection.id, lineKey(line))] });
}

/** Sign, or note that the unit would not; a half-drawn signature is thereby finished. */
export async function sign(db: Database, args: Omit<AddSignature, 'id' | 'signed_at'>, draft: string): Promise<void> {
  const signature = { ...args, id: db.env.id(), signed_at: db.env.now() };
  await commit(db, [{ name: 'signature.add', args: signature }], { dropDrafts: [draft] });
}

/** Hand the record in. What was only a note to oneself on this phone goes with it. */
export async function submitInspection(db: Database, inspection: string, summary: string): Promise<void> {
  const words = summary.trim();
  const args = { inspection, ...(words === '' ? {} : { summary: words.slice(0, 4000) }), submitted_at: db.env.now() };
  await commit(db, [{ name: 'inspection.submit', args }], { dropDrafts: await draftKeys(db, inspection) });
}

export async function keepHazardDraft(db: Database, inspection: string, line: string, draft: HazardDraft): Promise<void> {
  await db.drafts.put({ key: hazardDraftKey(inspection, line), data: { ...draft }, at: db.env.now() });
}

export async function dropHazardDraft(db: Database, inspection: string, line: string): Promise<void> {
  await db.drafts.delete(hazardDraftKey(inspection, line));
}

/** Where the walk stands on this phone, and what was put aside for later. */
export interface WalkMark {
  readonly line: string | null;
  readonly later: readonly string[];
}

export async function keepMark(db: Database, inspection: string, mark: WalkMark): Promise<void> {
  await db.drafts.put({ key: walkKey(inspection), data: { ...mark, later: [...mark.later] }, at: db.env.now() });
}

export async function readMark(db: Database, inspection: string): Promise<WalkMark> {
  const data = (await db.drafts.get(walkKey(inspection)))?.data as Partial<WalkMark> | undefined;
  return { line: data?.line ?? null, later: data?.later ?? [] };
}

export async function keepSummaryText(db: Database, inspection: string, text: string): Promise<void> {
  await db.drafts.put({ key: summaryKey(inspection), data: text, at: db.env.now() });
}

export async function readSummaryText(db: Database, inspection: string): Promise<string> {
  const data = (await db.drafts.get(summaryKey(inspection)))?.data;
  return typeof data === 'string' ? data : '';
}
