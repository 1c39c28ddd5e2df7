/** The planning board as the server tells it, in one answer. */
import { parseRecord, type Assignment } from '@/data/records';
import { flag, isRecord, list, maybe, number, record, text, type Parsed } from '@/data/shape';

const both = record({ zh: text, en: text });
const unit = record({
  id: text, name: text, short: text, tier: text, lat: maybe(number), lon: maybe(number), last_on: maybe(text), days: maybe(number),
  open: number, overdue: number, major: number, priority: number,
  /** Which of the board's regions. */
  region: number,
});
const person = record({ id: text, name: text, title: maybe(text), unit_id: maybe(text), roles: list(text), open: number, done: number });
const campaign = record({ id: text, name: text, document: text, focus_keys: list(text), mode_keys: list(text), ends_on: text });
const source = record({ text, tag: text });
const holiday = record({ key: text, name: both, on: text, first: text, last: text, source, heighten: record({ starts_on: text, ends_on: text, mode: text }) });
const season = record({ key: text, name: both, look: both, mode: text, source, starts_on: text, ends_on: text });

export type Task = Assignment & { readonly rev: number };
export const parseTask = (raw: unknown): Task => ({ ...parseRecord('assignment', raw), rev: number(isRecord(raw) ? raw['rev'] : 0) });

export const parseBoard = record({
  as_of: number,
  today: text,
  units: list(unit),
  /** More than are told, where there are very many. */
  units_in_all: number,
  regions: list(record({ id: text, name: text })),
  people: list(person),
  tasks: list(parseTask),
  campaigns: list(campaign),
  calendar: record({ holidays: list(holiday), work_days: list(text), seasons: list(season), open_years: list(record({ year: number, feasts: flag })) }),
});
export type Board = Parsed<typeof parseBoard>;
export type PlanUnit = Parsed<typeof unit>;
export type Planner = Parsed<typeof person>;
export type PlanCampaign = Parsed<typeof campaign>;
export type Calendar = Board['calendar'];
export type Holiday = Parsed<typeof holiday>;

export const parseHints = record({
  recusals: list(record({ person_id: text, unit_id: text, kind: text, text: both })),
  unfit: list(record({ person_id: text, unit_id: text })),
  recent: list(record({ unit_id: text, mode: text, on: text })),
  planned: list(record({ id: text, unit_id: text, title: text, due_on: text })),
  busy: list(record({ person_id: text, title: text, unit_id: text })),
  day: record({ off: flag, holiday: maybe(record({ key: text, name: both })) }),
});
export type Hints = Parsed<typeof parseHints>;
