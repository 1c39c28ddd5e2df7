/** The coverage cells folded into a table: units by one of the other axes, the rest added up or fixed. Pure. */
import type { Coverage } from '../campaign';

export type Axis = 'way' | 'mode' | 'focus' | 'window';

export interface Fixed {
  readonly way?: string | undefined;
  readonly mode?: string | undefined;
  readonly focus?: string | undefined;
  readonly window?: string | undefined;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly counts: readonly number[];
  readonly total: number;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly totals: readonly number[];
  readonly total: number;
}

const [UNIT, MODE, FOCUS, WINDOW, COUNT] = [0, 1, 2, 3, 4] as const;

type WayOf = (mode: string) => string;

function columnsOf(told: Coverage, by: Axis, ways: readonly string[]): readonly string[] {
  if (by === 'way') return ways;
  if (by === 'mode') return told.modes;
  return by === 'focus' ? told.focus : told.windows.map(({ key }) => key);
}

function nameIn(told: Coverage, cell: readonly number[], axis: Axis, wayOf: WayOf): string {
  const mode = told.modes[cell[MODE] ?? -1] ?? '';
  if (axis === 'mode') return mode;
  if (axis === 'way') return wayOf(mode);
  return (axis === 'focus' ? told.focus[cell[FOCUS] ?? -1] : told.windows[cell[WINDOW] ?? -1]?.key) ?? '';
}

/** Units in the server's order, or those with nothing first. */
export function tableOf(told: Coverage, by: Axis, fixed: Fixed, ways: readonly string[], wayOf: WayOf): Table {
  const columns = columnsOf(told, by, ways);
  const place = new Map(columns.map((key, n) => [key, n]));
  const counts = told.units.map(() => columns.map(() => 0));
  for (const cell of told.cells) {
    const isWanted = (['way', 'mode', 'focus', 'window'] as const).every((axis) => !fixed[axis] || nameIn(told, cell, axis, wayOf) === fixed[axis]);
    const at = place.get(nameIn(told, cell, by, wayOf));
    const row = counts[cell[UNIT] ?? -1];
    if (isWanted && at !== undefined && row) row[at] = (row[at] ?? 0) + (cell[COUNT] ?? 0);
  }
  const rows = told.units.map(({ id, name }, n) => {
    const own = counts[n] ?? [];
    return { id, name, counts: own, total: own.reduce((sum, one) => sum + one, 0) };
  });
  const totals = columns.map((_, n) => rows.reduce((sum, row) => sum + (row.counts[n] ?? 0), 0));
  return { columns, rows, totals, total: totals.reduce((sum, one) => sum + one, 0) };
}

export const neverFirst = (rows: readonly Row[]): readonly Row[] => [...rows].sort((a, b) => Number(a.total > 0) - Number(b.total > 0));
