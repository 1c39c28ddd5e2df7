/** Units by checklist, each with its last submitted inspection. Pure. */
import { dict, flag, list, maybe, number, record, text, type Parsed } from '@/data/shape';

const visit = record({ id: text, at: maybe(number), style: text, whole: flag, score: maybe(number), coverage: maybe(number) });
export const parseCoverage = record({ id: text, name: text, asked: list(text), last: dict(visit) });
export type Covered = Parsed<typeof parseCoverage>;

const DAY_MS = 86_400_000;
const [STALE_DAYS, OLD_DAYS] = [180, 365] as const;

/** How much a cell should worry: never checked or long ago, not lately, or not at all. */
export function worry(row: Covered, checklist: string, now: number): 'over' | 'soon' | undefined {
  if (!row.asked.includes(checklist)) return undefined;
  const days = (now - (row.last[checklist]?.at ?? 0)) / DAY_MS;
  if (days > OLD_DAYS) return 'over';
  return days > STALE_DAYS ? 'soon' : undefined;
}
