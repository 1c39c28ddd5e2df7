/** What papers are written from, and the papers themselves. Everything comes from the disk; numbers also when on line. */

import { getJson } from '@/data/api';
import type { Database } from '@/data/database';
import type { Hazard, Inspection, Person, Unit } from '@/data/records';
import { dict, json, list, maybe, record, text, type Json } from '@/data/shape';
import { children, get } from '@/data/view';
import type { Definition } from '@/engine/definition';
import type { Source } from './logic/form';
import { readPaper, readSheet, type Paper, type Sheet } from './logic/rows';

export interface Visit {
  readonly inspection: Inspection;
  readonly unit: Unit;
  readonly definition: Definition | null;
  readonly team: readonly Person[];
  readonly staff: readonly Person[];
  readonly hazards: readonly Hazard[];
}

export async function loadVisit(db: Database, id: string): Promise<Visit | null> {
  const inspection = await get(db, 'inspection', id);
  const unit = inspection && (await get(db, 'unit', inspection.unit_id));
  if (!inspection || !unit) return null;
  const team = await Promise.all(inspection.member_ids.map((member) => get(db, 'person', member)));
  const hazards = (await children(db, 'hazard', unit.id)).filter((one) => one.inspection_id === id && one.state !== 'void');
  return {
    inspection, unit,
    definition: ((await db.definitions.get(inspection.definition))?.data as Definition | undefined) ?? null,
    team: team.filter((person) => person !== undefined),
    staff: (await children(db, 'person', unit.id)).filter((person) => person.active),
    hazards: hazards.sort((a, b) => a.opened_at - b.opened_at),
  };
}

const pathOf = async (db: Database, kind: 'location' | 'asset', id: string | null): Promise<string> => {
  if (id === null) return '';
  if (kind === 'location') return (await get(db, 'location', id))?.path ?? '';
  return (await get(db, 'asset', id))?.name ?? '';
};

async function wheres(db: Database, hazards: readonly Hazard[]): Promise<Map<string, string>> {
  const found = await Promise.all(hazards.map(async (hazard) => {
    const parts = [await pathOf(db, 'location', hazard.location_id), await pathOf(db, 'asset', hazard.asset_id)];
    return [hazard.id, parts.filter((part) => part !== '').join(' / ')] as const;
  }));
  return new Map(found);
}

async function placesOf(db: Database, inspection: Inspection): Promise<string[]> {
  const ids = [...(inspection.location_id ? [inspection.location_id] : []), ...(inspection.target_ids['location'] ?? [])];
  const found = await Promise.all([...new Set(ids)].map((id) => get(db, 'location', id)));
  return [...new Set(found.flatMap((place) => (place ? [place.path === '' ? place.name : place.path] : [])))];
}

/** The authority of the unit's region, or of the nearest region above it that this phone knows. */
async function officeOf(db: Database, unit: Unit): Promise<{ id: string | null; name: string }> {
  const office = record({ id: text, name: text });
  let region: string | null = unit.region_id;
  for (let step = 0; region !== null && step < 10; step += 1) {
    const row = await get(db, 'office', region);
    if (row) return office(row);
    region = (await get(db, 'region', region))?.parent_id ?? null;
  }
  return { id: null, name: await remembered(db, OFFICE) };
}

const OFFICE = 'paper-office';
const numberKey = (person: string): string => `paper-number:${person}`;

async function remembered(db: Database, key: string): Promise<string> {
  const data = (await db.drafts.get(key))?.data;
  return typeof data === 'string' ? data : '';
}

const held = record({ number: text, until: maybe(text), source: text });

/** Numbers of certificates as this phone last saw them; one that has run out is not offered. */
export async function numbersOf(db: Database, people: readonly Person[], today: string): Promise<Source['numbers']> {
  const found: Record<string, { number: string; source: 'register' | 'typed' }> = {};
  for (const { id } of people) {
    const data = (await db.drafts.get(numberKey(id)))?.data;
    if (data === undefined) continue;
    const { number, until, source } = held(data);
    if (number !== '' && (until === null || until >= today)) found[id] = { number, source: source === 'register' ? 'register' : 'typed' };
  }
  return found;
}

const officers = record({ items: list(record({ person_id: text, number: maybe(text), until: maybe(text) })) });

/** Ask the register while there is a line; what it says is kept for the basement. */
export async function learnNumbers(db: Database, inspection: string): Promise<boolean> {
  const answer = await getJson(`/api/inspections/${inspection}/officers`, officers);
  if (!answer.ok) return false;
  for (const { person_id: person, number, until } of answer.value.items) {
    if (number !== null) await db.drafts.put({ key: numberKey(person), data: { number, until, source: 'register' }, at: db.env.now() });
  }
  return true;
}

/** What was typed once is offered the next time; the register's word is not overwritten. */
export async function keepTyped(db: Database, person: string, number: string): Promise<void> {
  await db.drafts.put({ key: numberKey(person), data: { number, until: null, source: 'typed' }, at: db.env.now() });
}

export async function keepOffice(db: Database, name: string): Promise<void> {
  await db.drafts.put({ key: OFFICE, data: name, at: db.env.now() });
}

const zh = record({ zh: text });

export async function sourceOf(db: Database, visit: Visit, now: number): Promise<Source> {
  const { inspection, unit, team, staff, hazards, definition } = visit;
  const paths = await wheres(db, hazards);
  const day = new Date(now - new Date(now).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return {
    inspection, unit, team, staff, hazards, now,
    checklist: zh(definition?.title).zh,
    places: await placesOf(db, inspection),
    where: (hazard) => paths.get(hazard.id) ?? '',
    office: await officeOf(db, unit),
    numbers: await numbersOf(db, team, day),
  };
}

const raw = dict(json);

export async function papersOf(db: Database, inspection: string): Promise<Paper[]> {
  const rows: Readonly<Record<string, Json>>[] = (await children(db, 'paper', inspection)).map(raw);
  return rows.map(readPaper).sort((a, b) => a.made_at - b.made_at);
}

export async function paperWith(db: Database, id: string): Promise<{ paper: Paper; sheet: Sheet } | null> {
  const [paper, sheet] = await Promise.all([get(db, 'paper', id), get(db, 'sheet', id)]);
  return paper && sheet ? { paper: readPaper(raw(paper)), sheet: readSheet(raw(sheet)) } : null;
}

/** Forms of papers that were begun and not issued. */
export async function begunForms(db: Database, inspection: string): Promise<ReadonlySet<string>> {
  const prefix = formKey(inspection, '');
  const keys = await db.drafts.where('key').startsWith(prefix).primaryKeys();
  return new Set(keys.map((key) => key.slice(prefix.length)));
}

export const formKey = (inspection: string, kind: string): string => `paper:${inspection}|${kind}`;
