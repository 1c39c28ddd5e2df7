/** Unfinished inspections as the bureau sees them. */
import { parseRecord, type Conflict, type Inspection, type Part } from '@/data/records';
import { dict, isRecord, list, number, record } from '@/data/shape';

const lastWord = record({ answers: number, at: number });

export interface Running {
  readonly id: string;
  readonly inspection: Inspection;
  /** Person → how many answers, and when the last. */
  readonly last: Readonly<Record<string, { readonly answers: number; readonly at: number }>>;
  readonly conflicts: readonly Conflict[];
  readonly parts: readonly Part[];
}

export const parseRunning = (raw: unknown): Running => {
  const from = isRecord(raw) ? raw : {};
  const inspection = parseRecord('inspection', raw);
  return {
    id: inspection.id,
    inspection,
    last: dict(lastWord)(from['last']),
    conflicts: list((one) => parseRecord('conflict', one))(from['conflicts']),
    parts: list((one) => parseRecord('part', one))(from['parts']),
  };
};

/** When the last word of anybody arrived; null before the first. */
export const lastOf = ({ last }: Running): number | null => {
  const times = Object.values(last).map(({ at }) => at);
  return times.length === 0 ? null : Math.max(...times);
};
