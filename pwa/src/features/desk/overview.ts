/** The figures of the overview, each with the list behind it. Pure. */
import { dict, isRecord, list, number, record, text, type Parse, type Parsed } from '@/data/shape';
import type { RouteLocationRaw } from 'vue-router';

const parse = record({
  states: dict(number),
  overdue: number,
  due_soon: number,
  suspected_major: number,
  units: list(record({ unit_id: text, open: number, overdue: number })),
  inspections_30_days: number,
  assignments_open: number,
});

export type Overview = Parsed<typeof parse>;
export const parseOverview: Parse<Overview> = (raw) => parse(isRecord(raw) ? raw : {});

export interface Figure {
  readonly key: string;
  readonly value: number;
  readonly to: RouteLocationRaw;
  readonly tone: 'over' | 'soon' | 'plain';
}

const unsolved = (states: Overview['states']): number =>
  Object.entries(states).reduce((sum, [key, count]) => (key === 'closed' || key === 'void' ? sum : sum + count), 0);

export const figures = (overview: Overview): readonly Figure[] => [
  { key: 'open', value: unsolved(overview.states), to: '/desk/hazards', tone: 'plain' },
  { key: 'overdue', value: overview.overdue, to: { path: '/desk/hazards', query: { overdue: '1' } }, tone: overview.overdue > 0 ? 'over' : 'plain' },
  { key: 'due-soon', value: overview.due_soon, to: { path: '/desk/hazards', query: { state: 'assigned' } }, tone: overview.due_soon > 0 ? 'soon' : 'plain' },
  { key: 'verify', value: overview.states['rectified'] ?? 0, to: { path: '/desk/hazards', query: { state: 'rectified' } }, tone: 'plain' },
  { key: 'inspections', value: overview.inspections_30_days, to: '/desk/inspections', tone: 'plain' },
  { key: 'assignments', value: overview.assignments_open, to: { path: '/desk/assignments', query: { state: 'planned' } }, tone: 'plain' },
];
