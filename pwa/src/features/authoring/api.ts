/** What the server tells of checklists, drafts and differences. */
import { getJson, patchJson, postJson, page, withQuery, type PageOf, type Result } from '@/data/api';
import { flag, isRecord, list, maybe, number, record, text, word, type Parse } from '@/data/shape';
import type { Definition } from '@/engine/definition';
import type { Tree } from './logic/pointer';

const both = record({ zh: text, en: text });
const tree: Parse<Tree> = (raw) => (isRecord(raw) ? raw : {});

const version = record({
  id: text, hash: text, title: both, items: number, minutes: number, effective_from: text, at: number, source: word<'file' | 'desk'>(),
  author: text, reviewer: text, note: text, region_id: maybe(text), region: text, base_hash: maybe(text), in_use: flag, behind: flag, may_edit: flag,
});
export type Version = ReturnType<typeof version>;

const step = record({ action: text, by: text, at: number, note: text });
const may = record({ write: flag, take_back: flag, review: flag, own: flag });
const headShape = {
  id: text, rev: number, kind: word<'checklist' | 'overlay'>(), key: text, title: both, region_id: maybe(text), region: text,
  state: word<'draft' | 'review' | 'returned' | 'published' | 'discarded'>(), note: text, base_hash: maybe(text),
  published_hash: maybe(text), created_at: number, changed_at: number, changed_by: text, steps: list(step), may,
};
const draftHead = record(headShape);
export type DraftHead = ReturnType<typeof draftHead>;

const checklistShape = {
  id: text, key: text, hash: text, title: both, items: number, minutes: number, effective_from: text, at: number, source: word<'file' | 'desk'>(),
  region_id: maybe(text), citations: number, unverified: number, regional: list(version), drafts: list(draftHead), may_edit: flag, may_review: flag,
};
export const parseChecklist = record(checklistShape);
export type Checklist = ReturnType<typeof parseChecklist>;
const checklistPage = record({ ...checklistShape, versions: list(version) });
export type ChecklistDetail = ReturnType<typeof checklistPage>;

const mistake = record({ pointer: text, zh: text, en: text });
export type Mistake = ReturnType<typeof mistake>;

export interface FieldChange {
  readonly pointer: string;
  readonly from: unknown;
  readonly to: unknown;
}
const field: Parse<FieldChange> = (raw) => {
  const from = isRecord(raw) ? raw : {};
  return { pointer: text(from['pointer']), from: from['from'] ?? null, to: from['to'] ?? null };
};
const place = record({ section: text, at: number });
const heading = record({ key: text, title: both, fields: list(field) });
const named = record({ key: text, section: text, ask: both, fields: list(field) });
const moved = record({ key: text, from: place, to: place });
export const parseDifference = record({
  header: list(field),
  sections: record({ added: list(heading), removed: list(heading), moved: list(moved), changed: list(heading) }),
  items: record({ added: list(named), removed: list(named), moved: list(moved), changed: list(named) }),
  reused: list(text),
});
export type Difference = ReturnType<typeof parseDifference>;

const part = record({ what: word<'item' | 'added'>(), key: text, state: word<'untouched' | 'changed' | 'gone'>() });
const upstream = record({ hash: text, parts: list(part), difference: parseDifference });
const views = {
  mistakes: list(mistake),
  composed: maybe((raw) => raw as Definition),
  compared_with: maybe(text),
  difference: maybe(parseDifference),
};
const parseDraft = record({ ...headShape, ...views, body: tree, base_moved: flag, upstream: maybe(upstream), prefix: maybe(text) });
export type Draft = ReturnType<typeof parseDraft>;
const saved = record({ ...views, rev: number, state: headShape.state, changed_at: number, base_hash: maybe(text) });
export type Saved = ReturnType<typeof saved>;

export interface NewDraft {
  readonly key: string;
  readonly kind?: 'checklist' | 'overlay';
  readonly region_id?: string;
  readonly body?: Tree;
  readonly note?: string;
}

export type StepName = 'submit' | 'return' | 'publish' | 'discard';

export const readChecklist = (key: string): Promise<Result<ChecklistDetail>> => getJson(`/api/checklists/${key}`, checklistPage);
export const listDrafts = (): Promise<Result<PageOf<DraftHead>>> => getJson('/api/drafts', page(draftHead));
export const readDraft = (id: string): Promise<Result<Draft>> => getJson(`/api/drafts/${id}`, parseDraft);
export const createDraft = (draft: NewDraft): Promise<Result<Draft>> => postJson('/api/drafts', draft, parseDraft);
export const saveDraft = (id: string, rev: number, change: { readonly body?: Tree; readonly note?: string; readonly accept_base?: boolean }): Promise<Result<Saved>> =>
  patchJson(`/api/drafts/${id}`, { rev, ...change }, saved);
export const takeStep = (id: string, rev: number, name: StepName, note: string): Promise<Result<Draft>> =>
  postJson(`/api/drafts/${id}/${name}`, { rev, note }, parseDraft);
export const readDifference = (key: string, from: string, to: string): Promise<Result<Difference>> =>
  getJson(withQuery(`/api/checklists/${key}/compare`, { from, to }), parseDifference);
export const readDefinition = (hash: string): Promise<Result<Definition>> => getJson(`/api/ref/definitions/${hash}`, (raw) => raw as Definition);

