/** The figures of the overview, each with the list behind it. Pure. */
import type { RouteLocationRaw } from 'vue-router';
import { dict, isRecord, json, list, maybe, number, record, text, type Parse, type Parsed } from '@/data/shape';

const parse = record({
  figures: list(record({ key: text, value: number, list: text, filter: dict(json), previous: maybe(number) })),
  by_state: dict(number),
  ladder: list(record({ from_days: number, to_days: maybe(number), value: number })),
  units: list(record({ unit_id: text, name: text, open: number, overdue: number })),
});

export type Overview = Parsed<typeof parse>;
export const parseOverview: Parse<Overview> = (raw) => parse(isRecord(raw) ? raw : {});

export interface Figure {
  readonly key: string;
  readonly value: number;
  readonly to: RouteLocationRaw;
  readonly tone: 'over' | 'soon' | 'plain';
  /** Change against the period before; null where there is none to compare. */
  readonly change: number | null;
}

const TONES: Readonly<Record<string, Figure['tone']>> = { overdue: 'over', suspected_major: 'over', to_decide: 'soon', due_soon: 'soon' };

export const figures = (overview: Overview): readonly Figure[] =>
  overview.figures.map(({ key, value, list: name, filter, previous }) => ({
    key,
    value,
    to: { path: `/desk/${name}`, query: Object.fromEntries(Object.entries(filter).map(([k, v]) => [k, String(v)])) },
    tone: value > 0 ? (TONES[key] ?? 'plain') : 'plain',
    change: previous === null ? null : value - previous,
  }));

export const largest = (values: readonly number[]): number => Math.max(1, ...values);
