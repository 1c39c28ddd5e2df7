/** A report by someone on the spot: what it holds while it is written, and what it becomes. Pure. */
import type { OpenHazard } from '@/data/mutations';

export interface ReportDraft {
  id: string;
  unit_id: string | null;
  location_id: string | null;
  asset_id: string | null;
  title: string;
  description: string;
  due_on: string;
}

export const REPORT_DRAFT = 'hazard-report';
/** A proposal of the product, not of the law; the office sets the real one when it assigns. */
const DEFAULT_DAYS = 7;

/** A calendar day where the phone is. */
export const isoDay = (at: Date): string =>
  [at.getFullYear(), String(at.getMonth() + 1).padStart(2, '0'), String(at.getDate()).padStart(2, '0')].join('-');

const proposed = (now: number): string => {
  const due = new Date(now);
  due.setDate(due.getDate() + DEFAULT_DAYS);
  return isoDay(due);
};

export const newReport = (id: string, now: number): ReportDraft =>
  ({ id, unit_id: null, location_id: null, asset_id: null, title: '', description: '', due_on: proposed(now) });

export type ReportGap = 'photo' | 'unit' | 'title';

export const reportGaps = (draft: ReportDraft, photos: number): readonly ReportGap[] => {
  const gaps: ReportGap[] = [];
  if (photos === 0) gaps.push('photo');
  if (draft.unit_id === null) gaps.push('unit');
  if (draft.title.trim() === '') gaps.push('title');
  return gaps;
};

export const reportArgs = (draft: ReportDraft, photos: readonly string[], now: number): OpenHazard => {
  if (draft.unit_id === null) throw new Error('a report names its unit');
  return {
    id: draft.id,
    unit_id: draft.unit_id,
    ...(draft.location_id === null ? {} : { location_id: draft.location_id }),
    ...(draft.asset_id === null ? {} : { asset_id: draft.asset_id }),
    source: 'report',
    title: draft.title.trim(),
    description: draft.description.trim() || draft.title.trim(),
    basis: [],
    grade: 'general',
    suspected_major: false,
    due_on: draft.due_on,
    ...(draft.due_on === proposed(now) ? { due_days: DEFAULT_DAYS } : {}),
    photos,
  };
};
