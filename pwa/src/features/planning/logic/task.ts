/** A task as it is being planned, and the check that it can be sent. */
import { newId } from '@/data/ids';
import type { Task } from '../plan';

export interface TaskDraft {
  /** Of the task that is made of it: sent twice, it is made once. */
  readonly id: string;
  unit: string | null;
  day: string;
  lead: string | null;
  others: string[];
  leader: string | null;
  mode: string;
  checklists: string[];
  campaign: string | null;
  note: string;
  sealed: boolean;
  from: string;
  to: string;
  /** Why somebody goes who should stand aside; asked for when the server says so. */
  aside: string;
}

/** What the last one had in common with the next. */
export type Usual = Pick<TaskDraft, 'mode' | 'checklists' | 'campaign' | 'leader' | 'others'>;

export const draftFor = (usual: Usual, given: Partial<TaskDraft>): TaskDraft => ({
  id: newId(), unit: null, day: '', lead: null, note: '', sealed: false, from: '09:00', to: '17:00', aside: '', ...usual, others: [...usual.others], checklists: [...usual.checklists], ...given,
});

export const draftOf = (task: Task): TaskDraft => ({
  id: task.id, unit: task.unit_id, day: task.due_on ?? '', lead: task.lead_id, others: task.inspector_ids.filter((id) => id !== task.lead_id), leader: task.leader_id,
  mode: task.mode, checklists: [...task.checklist_keys], campaign: task.campaign_id, note: task.note ?? '', sealed: false, from: '09:00', to: '17:00', aside: '',
});

export const inspectorsOf = ({ lead, others }: TaskDraft): readonly string[] => [...new Set([lead, ...others].filter((id): id is string => id !== null))];

export const isComplete = (draft: TaskDraft): boolean =>
  draft.unit !== null && draft.day !== '' && draft.lead !== null && draft.checklists.length > 0 && (!draft.sealed || draft.from < draft.to);

export const momentOf = (day: string, time: string): number => Date.parse(`${day}T${time}:00+08:00`);
