/** What the hazard lists show and in which order. Pure. */
import { daysUntil } from '@/i18n/format';
import type { Hazard } from '@/data/records';
import { isDeciding, offeredActions, waitsForDecision, type WorkflowAction, type WorkflowActor } from '@/engine/workflow';
import { finder } from '@/ui/find';

export type Edge = 'over' | 'soon' | 'later' | 'ended';
export type Segment = 'mine' | 'deciding' | 'all' | 'ended';

const SOON_DAYS = 3;
const ENDED: ReadonlySet<string> = new Set(['closed', 'void']);
/** What a person would do next comes first; giving up is never the big button. */
const ORDER = ['submit_rectification', 'accept', 'close', 'assign', 'reject', 'reassign', 'void'];

export const isEnded = (hazard: Pick<Hazard, 'state'>): boolean => ENDED.has(hazard.state);

export const edgeOf = (hazard: Pick<Hazard, 'state' | 'due_on'>, now: number): Edge => {
  if (isEnded(hazard)) return 'ended';
  const days = daysUntil(hazard.due_on, now);
  if (days < 0) return 'over';
  return days <= SOON_DAYS ? 'soon' : 'later';
};

export const sortedActions = (hazard: Hazard, actor: WorkflowActor): readonly WorkflowAction[] =>
  offeredActions(hazard, actor).filter((action) => !isDeciding(action)).sort((a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key));

/** The conclusions about a major hazard that this person may come to. */
export const decidingActions = (hazard: Hazard, actor: WorkflowActor): readonly WorkflowAction[] =>
  offeredActions(hazard, actor).filter(isDeciding);

/** Waiting for a decision, and this person may take it. */
export const isToDecide = (hazard: Hazard, actor: WorkflowActor): boolean =>
  waitsForDecision(hazard) && decidingActions(hazard, actor).length > 0;

/** Mine: given to me, or waiting for something that I may do. */
export const isMine = (hazard: Hazard, actor: WorkflowActor): boolean => {
  if (isEnded(hazard)) return false;
  if (hazard.assignee_id === actor.id && hazard.state === 'assigned') return true;
  if (isToDecide(hazard, actor)) return true;
  return offeredActions(hazard, actor).some((action) => ['assign', 'accept', 'close'].includes(action.key));
};

const byDue = (a: Hazard, b: Hazard): number =>
  a.due_on === b.due_on ? (a.id < b.id ? -1 : 1) : a.due_on < b.due_on ? -1 : 1;

const byDecision = (a: Hazard, b: Hazard): number => (a.decide_by ?? '9').localeCompare(b.decide_by ?? '9') || byDue(a, b);

const byEnd = (a: Hazard, b: Hazard): number => (b.closed_at ?? b.opened_at) - (a.closed_at ?? a.opened_at);

export const segmentOf = (hazards: readonly Hazard[], segment: Segment, actor: WorkflowActor): Hazard[] => {
  if (segment === 'ended') return hazards.filter(isEnded).sort(byEnd);
  const open = hazards.filter((hazard) => !isEnded(hazard)).sort(byDue);
  if (segment === 'deciding') return open.filter(waitsForDecision).sort(byDecision);
  return segment === 'mine' ? open.filter((hazard) => isMine(hazard, actor)) : open;
};

/** Every word of the query has to be found somewhere in the record. */
export const matches = (hazard: Hazard, query: string, names: readonly string[]): boolean =>
  finder(query)(hazard.number, hazard.closure_number, hazard.title, hazard.description, ...names);
