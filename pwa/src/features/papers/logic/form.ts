/** A paper on its way: everything the person has given so far, and what is still missing. Pure. */

import type { Hazard, Inspection, Person, Unit } from '@/data/records';
import { fill } from './compose';
import type { Layout } from './layouts';
import type { Body, Finding, Mark, Officer, Recusal, Replaces } from './shapes';

export interface Form {
  readonly id: string;
  readonly code: string;
  readonly layout: string;
  readonly version: number;
  readonly office: string;
  readonly officeId: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly officers: readonly Officer[];
  /** When the certificates were shown, in words; empty while they were not. */
  readonly shown: string;
  readonly asked: Omit<Recusal, 'by'> | null;
  readonly findings: readonly Finding[];
  /** Findings that are not to stand on this paper, by their place in the list. */
  readonly left: readonly number[];
  readonly replaces: Replaces | null;
  readonly edition: number;
  readonly date: string;
  /** The text as it was shown for signing; while there is one, nothing else may change. */
  readonly body: string | null;
  /** Its SHA-256, which every mark names. */
  readonly over: string;
  readonly marks: readonly Mark[];
}

export interface Source {
  readonly inspection: Inspection;
  readonly unit: Unit;
  readonly checklist: string;
  readonly team: readonly Person[];
  readonly staff: readonly Person[];
  readonly places: readonly string[];
  readonly hazards: readonly Hazard[];
  readonly where: (hazard: Hazard) => string;
  readonly office: { readonly id: string | null; readonly name: string };
  readonly numbers: Readonly<Record<string, { readonly number: string; readonly source: 'register' | 'typed' }>>;
  readonly now: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

export function inWords(pattern: string, at: number): string {
  const day = new Date(at);
  return fill(pattern, {
    y: String(day.getFullYear()), m: String(day.getMonth() + 1), d: String(day.getDate()), h: two(day.getHours()), i: two(day.getMinutes()),
  });
}

const dayInWords = (layout: Layout, day: string): string => {
  const [y = '', m = '', d = ''] = day.split('-');
  return fill(layout.write.day, { y, m: String(Number(m)), d: String(Number(d)) });
};

function gradeOf(layout: Layout, hazard: Hazard): string {
  if (hazard.grade === 'major') return layout.write.grades.major;
  return hazard.suspected_major ? layout.write.grades.suspected : layout.write.grades.general;
}

const findingOf = (layout: Layout, source: Source, hazard: Hazard): Finding => ({
  title: hazard.title.slice(0, 400),
  text: hazard.description === hazard.title ? '' : hazard.description,
  place: source.where(hazard).slice(0, 400),
  grade: gradeOf(layout, hazard),
  basis: hazard.basis.slice(0, 20).map(({ doc, clause, tag }) => fill(layout.write.cited[tag === 'verified' ? 'verified' : 'open'], { doc, clause: clause ?? '' }).slice(0, 400)),
  suggest: hazard.suggestion ?? '',
  due: dayInWords(layout, hazard.due_on),
  hazard: hazard.id,
});

const officerOf = (source: Source, person: Person): Officer => ({ name: person.name, person_id: person.id, number: '', source: '', ...source.numbers[person.id] });

function fieldsOf(layout: Layout, source: Source): Record<string, string> {
  const { unit, inspection, hazards } = source;
  const head = source.staff.find((person) => person.roles.includes('unit_head'));
  const ended = inspection.submitted_at ?? source.now;
  return {
    unit: unit.name,
    uscc: unit.uscc ?? '',
    phone: unit.phone ?? '',
    address: unit.address ?? '',
    head: head?.name ?? '',
    head_title: head?.title ?? '',
    places: source.places.slice(0, 30).join(layout.write.join),
    begun: inWords(layout.write.moment, inspection.device_started_at),
    ended: inWords(layout.write.moment, ended),
    companions: source.team.filter((person) => person.roles.includes('expert')).map((person) => person.name).join(layout.write.join),
    met: '',
    overview: fill(layout.write.overview, { checklist: source.checklist, n: String(hazards.length) }),
    handling: layout.write.handling[hazards.length > 0 ? 'some' : 'none'],
    opinion: '',
  };
}

export function prefill(layout: Layout, source: Source, id: string, code: string): Form {
  const officers = source.team.filter((person) => !person.roles.includes('expert'));
  return {
    id, code, layout: layout.key, version: layout.version,
    office: source.office.name,
    officeId: source.office.id,
    fields: fieldsOf(layout, source),
    officers: officers.map((person) => officerOf(source, person)),
    shown: '',
    asked: null,
    findings: source.hazards.map((hazard) => findingOf(layout, source, hazard)),
    left: [],
    replaces: null,
    edition: 1,
    date: inWords(layout.write.day, source.now),
    body: null,
    over: '',
    marks: [],
  };
}

/** The text that is signed: what the form says now, byte for byte. */
export function bodyOf(layout: Layout, form: Form): string {
  const officers = form.officers.filter((one) => one.name.trim() !== '').map((one) => ({ ...one, name: one.name.trim(), number: (one.number ?? '').trim(), shown: form.shown }));
  const body: Body = {
    v: 1, layout: layout.key, version: layout.version, track: layout.track, code: form.code, edition: form.edition,
    office: { name: form.office.trim(), id: form.officeId },
    date: form.date,
    fields: form.fields,
    officers,
    findings: form.findings.filter((_one, n) => !form.left.includes(n)),
    recusal: form.asked ? { ...form.asked, by: form.fields['met'] ?? '' } : null,
    replaces: form.replaces,
  };
  return JSON.stringify(body);
}

export type Lack = 'office' | 'unit' | 'officers' | 'numbers' | 'certificates' | 'met' | 'recusal' | 'about' | 'findings' | 'reason';

function lacksOfAsking(layout: Layout, form: Form): Lack[] {
  if (!layout.needs.recusal) return [];
  if (form.asked === null) return ['recusal'];
  const lacks: Lack[] = filledIn(form.fields['met']) ? [] : ['met'];
  return form.asked.recusal === 'asked' && !filledIn(form.asked.about) ? [...lacks, 'about'] : lacks;
}

const filledIn = (text: string | undefined): boolean => (text ?? '').trim() !== '';

/** A name or a number as a reader sees it: neither blanks nor width nor unseen signs tell two people apart. */
const readAs = (text: string): string => text.normalize('NFKC').replace(/[\s\p{C}]/gu, '').toLowerCase();

/** One person counts once, whatever the account, the name or the certificate's number says. */
export function different(officers: readonly Officer[]): Officer[] {
  const kept: Officer[] = [];
  const isSame = (one: Officer, other: Officer): boolean =>
    readAs(one.name) === readAs(other.name) ||
    (Boolean(one.person_id) && one.person_id === other.person_id) ||
    (filledIn(one.number) && readAs(one.number ?? '') === readAs(other.number ?? ''));
  for (const one of officers) if (filledIn(one.name) && !kept.some((other) => isSame(one, other))) kept.push(one);
  return kept;
}

function lacksOfOfficers({ needs }: Layout, form: Form): Lack[] {
  const named = form.officers.filter((one) => filledIn(one.name));
  const lacks: Lack[] = [];
  if (different(named).length < needs.officers) lacks.push('officers');
  if (needs.register && named.some((one) => one.source !== 'register' || !filledIn(one.number))) lacks.push('numbers');
  if (needs.certificates && form.shown === '') lacks.push('certificates');
  return lacks;
}

/** What keeps the text from being signed; the server asks for the same. */
export function lacksOf(layout: Layout, form: Form): Lack[] {
  const lacks: Lack[] = [];
  if (!filledIn(form.office)) lacks.push('office');
  if (!filledIn(form.fields['unit']) || !filledIn(form.fields['begun'])) lacks.push('unit');
  lacks.push(...lacksOfOfficers(layout, form), ...lacksOfAsking(layout, form));
  if (layout.needs.findings && form.findings.length === form.left.length) lacks.push('findings');
  if (form.replaces && !filledIn(form.replaces.reason)) lacks.push('reason');
  return lacks;
}

export type MarkLack = 'officers' | 'unit' | 'recusal' | 'sides';

export function marksLack(layout: Layout, body: Body, marks: readonly Mark[]): MarkLack[] {
  const signed = different(body.officers.filter((one) => marks.some((mark) => mark.party === 'officer' && readAs(mark.name) === readAs(one.name))));
  const lacks: MarkLack[] = [];
  if (layout.needs.recusal && !marks.some((mark) => mark.party === 'recusal')) lacks.push('recusal');
  if (signed.length < layout.needs.officers) lacks.push('officers');
  const units = marks.filter((mark) => mark.party === 'unit');
  if (units.length !== 1) lacks.push('unit');
  if (body.officers.some((one) => !one.person_id && units.some((mark) => readAs(mark.name) === readAs(one.name)))) lacks.push('sides');
  return lacks;
}

export const readBody = (text: string): Body => JSON.parse(text) as Body;
