/** The detection gap as the server tells it. A figure that is told always brings what it is counted of. */
import { flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import type { LocationQuery } from 'vue-router';

export const GROUPS = ['unit', 'item', 'checklist', 'way', 'unit-item'] as const;
export type Group = (typeof GROUPS)[number];
export const OUTCOMES = ['missed', 'own', 'both-fail', 'both-pass', 'left-out'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const WAYS = ['expert', 'industry', 'region'] as const;

const words = record({ zh: text, en: text });
const maybeNumber = maybe(number);
const share = record({ k: number, n: number, low: maybeNumber, high: maybeNumber });
const agreement = record({ n: number, agreed: number, kappa: maybeNumber, low: maybeNumber, high: maybeNumber });
const figures = record({ outside: number, own: number, both: number, missed: number, seen: share, agreement });
const told = { pairs: number, enough: flag, figures: maybe(figures) } as const;
const line = record({
  key: text, unit_id: maybe(text), unit_name: maybe(text), checklist_key: maybe(text), checklist: maybe(words), item_key: maybe(text), ask: maybe(words), way: maybe(text), way_name: maybe(words), left_out: number, ...told,
});
const side = record({ inspection_id: text, number: maybe(text), mode: text, mode_name: words, at: number, result: text });
const pair = record({ id: text, unit_name: maybe(text), place: text, checklist: maybe(words), ask: maybe(words), outcome: word<Outcome>(), first: side, second: side });

export const parseGap = record({ as_of: number, from: text, to: text, days: number, limits: record({ pairs: number, found: number }), total: record(told), lines: list(line) });
export const parsePairs = record({ items: list(pair), next: maybeNumber, total: number });
export const parseChecklists = record({ definitions: list(record({ key: text, title: words })) });

export type Gap = Parsed<typeof parseGap>;
export type GapLine = Parsed<typeof line>;
export type GapFigures = Parsed<typeof figures>;
export type Share = Parsed<typeof share>;
export type Pair = Parsed<typeof pair>;

export const FILTERS = ['by', 'unit_id', 'region_id', 'checklist_key', 'item_key', 'way', 'days', 'from', 'to'] as const;

/** What of an address the server is asked. */
export function asked(query: LocationQuery, more: readonly string[] = []): Readonly<Record<string, string>> {
  const pairs = [...FILTERS, ...more].map((key): [string, unknown] => [key, query[key]]);
  return Object.fromEntries(pairs.filter((one): one is [string, string] => typeof one[1] === 'string' && one[1] !== ''));
}

/** The address of the very pairs behind a line. */
export function pairsOf(row: GapLine, query: LocationQuery, outcome: Outcome | null = null): { path: string; query: Record<string, string> } {
  const own = { unit_id: row.unit_id, checklist_key: row.checklist_key, item_key: row.item_key, way: row.way, outcome };
  const given = Object.entries(own).filter((one): one is [string, string] => typeof one[1] === 'string');
  return { path: '/desk/gap/pairs', query: { ...asked(query), ...Object.fromEntries(given) } };
}

export const percent = (value: number | null): string => (value === null ? '–' : `${String(Math.round(value * 100))}%`);
export const decimals = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
