/** A campaign, how far it has come and what it covers, as the server tells it. */
import { dict, flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

export type CampaignState = 'draft' | 'active' | 'closed';
export const EVERY = ['phase', 'month', 'quarter', 'half', 'year', 'campaign'] as const;
export const COUNTED = ['visited-units', 'visits', 'led', 'closed-share', 'major-open'] as const;

const both = record({ zh: text, en: text });
const origin = record({ text, url: maybe(text), tag: text });
const count = record({ what: text, at_least: maybe(number), at_most: maybe(number) });
const goal = record({ key: text, text: both, source: maybe(origin), count: maybe(count) });
const phase = record({ key: text, name: both, starts_on: text, ends_on: text, goals: list(goal), source: maybe(origin) });
const quota = record({ key: text, modes: list(text), focus: list(text), tiers: list(text), every: text, at_least: number, led: flag });
const targets = record({ unit_ids: list(text), region_id: maybe(text), tiers: list(text), attributes: list(text) });
const mark = record({ id: text, goal: text, reached: flag, evidence: text, by_name: maybe(text), at: number });

export const parseCampaign = record({
  id: text,
  rev: number,
  region_id: text,
  name: text,
  document: text,
  issuer: text,
  preset: maybe(text),
  starts_on: text,
  ends_on: text,
  phases: list(phase),
  focus_keys: list(text),
  mode_keys: list(text),
  targets,
  quotas: list(quota),
  note: text,
  state: word<CampaignState>(),
  may_manage: flag,
  marks: list(mark),
});
export type Campaign = Parsed<typeof parseCampaign>;
export type Phase = Parsed<typeof phase>;
export type Goal = Parsed<typeof goal>;
export type Quota = Parsed<typeof quota>;
export type Origin = Parsed<typeof origin>;
export type Mark = Parsed<typeof mark>;

export const parseMarks = record({ marks: list(mark) });

export const parsePresets = record({
  presets: list(record({
    key: text, name: both, document: text, issuer: text, starts_on: text, ends_on: text, source: origin, over: flag,
    modes: list(text), phases: list(phase), quotas: list(quota),
  })),
});
export type Preset = Parsed<typeof parsePresets>['presets'][number];

const goalProgress = record({ key: text, value: maybe(number), of: maybe(number), reached: flag });
export const parseProgress = record({
  as_of: number,
  today: text,
  units: number,
  visited: number,
  records: number,
  planned: number,
  tasks: dict(number),
  phases: list(record({ key: text, state: word<'ahead' | 'running' | 'over'>(), goals: list(goalProgress), reached: number, visits: number })),
  quotas: list(record({ key: text, asked: number, met: number, lacks: (raw: unknown) => (Array.isArray(raw) ? raw.map(lack) : []) })),
  led: record({ visits: number, units: number }),
});
export type Progress = Parsed<typeof parseProgress>;
export type GoalProgress = Parsed<typeof goalProgress>;

export interface Lack {
  readonly unit: string;
  readonly window: string;
  readonly have: number;
  readonly over: boolean;
}

function lack(raw: unknown): Lack {
  const [unit, window, have, over] = Array.isArray(raw) ? (raw as readonly unknown[]) : [];
  return { unit: text(unit), window: text(window), have: number(have), over: over === true };
}

const cell = (raw: unknown): readonly number[] => (Array.isArray(raw) ? raw.map(number) : []);
export const parseCoverage = record({
  as_of: number,
  units: list(record({ id: text, name: text, tier: text, region_id: text })),
  modes: list(text),
  focus: list(text),
  windows: list(record({ key: text, name: maybe(both), first: maybe(text), last: maybe(text) })),
  cells: list(cell),
  never: list(text),
  records: number,
});
export type Coverage = Parsed<typeof parseCoverage>;
export type Window = Coverage['windows'][number];

export const parseAttendances = record({
  items: list(record({
    id: text, unit_name: text, person_name: text, title: text, at: number, tag: maybe(text), tag_fits: maybe(flag), distance: maybe(number),
    assignment_id: maybe(text), inspection_id: maybe(text), that_day: maybe(flag),
  })),
});
export type AttendanceLine = Parsed<typeof parseAttendances>['items'][number];

/** One record that a number of the matrix counts. */
export const parseRecordLine = record({
  id: text, number: maybe(text), unit_id: text, unit_name: text, mode: text, focus: text, on: text, led: flag, planned: flag,
});
export type RecordLine = Parsed<typeof parseRecordLine>;

export const parseUnitLines = record({
  items: list(record({ id: text, name: text, tier: text, region: text, records: number, last_on: maybe(text), due_on: maybe(text) })),
  of: number,
});
export type UnitLines = Parsed<typeof parseUnitLines>;
