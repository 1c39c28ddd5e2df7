/** What the walkthrough reads. Everything comes from the disk. */

import { readMeta, type Database } from '@/data/database';
import type { Answer, Hazard, Inspection, Person, Photo, Signature, Unit } from '@/data/records';
import { children, get } from '@/data/view';
import type { Definition, Values } from '@/engine/definition';
import type { LawRecords } from '@/engine/law';
import { drawingKey } from '@/photo/queries';
import { loadSpots } from '@/plan/sources';
import type { Spot } from '@/plan/spots';

export interface Visit {
  readonly inspection: Inspection;
  readonly definition: Definition;
  readonly unit: Unit;
  readonly spots: ReadonlyMap<string, Spot>;
}

export type VisitState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'absent' }
  /** The checklist or the unit has not been downloaded to this phone yet. */
  | { readonly kind: 'partial'; readonly lacks: 'definition' | 'unit' }
  | { readonly kind: 'ready'; readonly visit: Visit };

const last = new WeakMap<Database, { readonly hash: string; readonly definition: Definition }>();

/**
 * A definition was checked by the server before it was published, and is named by its hash. The last one is kept: what is
 * worked out from it stays valid as long as it is the same object.
 */
export async function loadDefinition(db: Database, hash: string): Promise<Definition | null> {
  const kept = last.get(db);
  if (kept?.hash === hash) return kept.definition;
  const row = await db.definitions.get(hash);
  if (!row) return null;
  const definition = row.data as Definition;
  last.set(db, { hash, definition });
  return definition;
}

/** In one transaction: opening one costs a phone more than what is read in it. */
export const loadVisit = (db: Database, id: string): Promise<VisitState> =>
  db.transaction('r', [db.rows, db.overlay, db.definitions], () => readVisit(db, id));

async function readVisit(db: Database, id: string): Promise<VisitState> {
  const inspection = await get(db, 'inspection', id);
  if (!inspection) return { kind: 'absent' };
  const [definition, unit, spots] = await Promise.all([
    loadDefinition(db, inspection.definition),
    get(db, 'unit', inspection.unit_id),
    loadSpots(db, inspection.unit_id),
  ]);
  if (!definition) return { kind: 'partial', lacks: 'definition' };
  if (!unit) return { kind: 'partial', lacks: 'unit' };
  return { kind: 'ready', visit: { inspection, definition, unit, spots } };
}

/** Nothing that the walk is built from has changed. */
export function isSameVisit(a: VisitState, b: VisitState): boolean {
  if (a.kind !== 'ready' || b.kind !== 'ready') return false;
  const plain = ({ inspection, unit, spots }: Visit): string => JSON.stringify([inspection, unit, [...spots]]);
  return a.visit.definition === b.visit.definition && plain(a.visit) === plain(b.visit);
}

export const valuesOfAnswer = (answer: Answer): Values =>
  Object.fromEntries(Object.entries(answer.fields).map(([name, field]) => [name, field.v as Values[string]]));

export async function inspectionHazards(db: Database, inspection: Inspection): Promise<Hazard[]> {
  const all = await children(db, 'hazard', inspection.unit_id);
  return all.filter((hazard) => hazard.inspection_id === inspection.id && hazard.state !== 'void');
}

/** People of the unit who can be told to put things right, the safety officers first. */
export async function unitPeople(db: Database, unit: string): Promise<Person[]> {
  const people = (await children(db, 'person', unit)).filter((person) => person.active);
  const rank = (person: Person): number => (person.roles.includes('safety_officer') ? 0 : person.roles.includes('unit_head') ? 1 : 2);
  return people.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh'));
}

export async function peopleByIds(db: Database, ids: readonly string[]): Promise<Person[]> {
  const people = await Promise.all(ids.map((id) => get(db, 'person', id)));
  return people.filter((person) => person !== undefined);
}

export async function peopleNames(db: Database, ids: readonly string[]): Promise<string[]> {
  return (await peopleByIds(db, ids)).map((person) => person.name);
}

/** The records of the law as they were published last; an edition is chosen by its day, so old visits need no old records. */
export async function lawRecords(db: Database): Promise<LawRecords> {
  const entry = (await readMeta(db, 'manifest'))?.words?.find(({ key }) => key === 'basis');
  const row = entry && (await db.definitions.get(entry.hash));
  return row ? (row.data as { readonly records: LawRecords }).records : {};
}

/** Photos whose bytes and commands whose words have not reached the server, for one inspection. */
export interface Unsent {
  readonly records: number;
  readonly photos: number;
}

const isAbout = (args: Readonly<Record<string, unknown>>, id: string): boolean => args['inspection'] === id || args['id'] === id;

export async function unsentOf(db: Database, id: string, photos: readonly Photo[]): Promise<Unsent> {
  const queued = await db.outbox.where('[state+mid]').between(['queued', -Infinity], ['queued', Infinity]).toArray();
  const local = await db.photos.bulkGet(photos.map((photo) => photo.id));
  const waiting = local.filter((photo) => photo !== undefined && ['queued', 'uploading'].includes(photo.state));
  return { records: queued.filter((entry) => isAbout(entry.args, id)).length, photos: waiting.length };
}

export const hazardDraftKey = (inspection: string, line: string): string => `hazard:${inspection}|${line}`;
export const walkKey = (inspection: string): string => `walk:${inspection}`;
export const summaryKey = (inspection: string): string => `summary:${inspection}`;
export const textKey = (inspection: string, line: string, field: string): string => `text:${inspection}|${line}#${field}`;

/** Lines with a hazard that was begun and not saved. */
export async function openDrafts(db: Database, inspection: string): Promise<Set<string>> {
  const prefix = hazardDraftKey(inspection, '');
  const keys = await db.drafts.where('key').startsWith(prefix).primaryKeys();
  return new Set(keys.map((key) => key.slice(prefix.length)));
}

/** Signatures under the record itself; one that answers an item speaks only for that item. */
export async function recordSignatures(db: Database, inspection: string): Promise<Signature[]> {
  const signatures = (await children(db, 'signature', inspection)).filter((signature) => signature.item_key === null);
  if (signatures.length === 0) return [];
  const answers = await children(db, 'answer', inspection);
  const named = new Set(answers.map((answer) => answer.fields['v']?.v));
  return signatures.filter((signature) => !named.has(signature.id));
}

/** Everything half-written that belongs to one inspection. */
export async function draftKeys(db: Database, inspection: string): Promise<string[]> {
  const prefixes = [hazardDraftKey(inspection, ''), `text:${inspection}|`, walkKey(inspection), `sign:${inspection}`, summaryKey(inspection)];
  const [own, photos] = await Promise.all([
    db.drafts.where('key').startsWithAnyOf(prefixes).primaryKeys(),
    children(db, 'photo', inspection),
  ]);
  return [...own, ...photos.map((photo) => drawingKey(photo.id))];
}
