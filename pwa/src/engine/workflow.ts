/** The hazard workflow on the phone: the same table as the server's, exported by it. Buttons come from here. */
import table from '@contracts/generated/hazard-workflow.json';

export type WorkflowAction = (typeof table.actions)[number];
export type WorkflowState = (typeof table.states)[number];

export interface WorkflowActor {
  readonly id: string;
  readonly permissions: readonly string[];
  readonly unit?: string | null;
}

export interface WorkflowHazard {
  readonly state: string;
  readonly rectified_by: string | null;
  readonly unit_id: string;
  readonly assignee_id: string | null;
  readonly suspected_major: boolean;
  readonly decision: string | null;
}

export const WORKFLOW_STATES: readonly WorkflowState[] = table.states;
export const WORKFLOW_ACTIONS: readonly WorkflowAction[] = table.actions;

export const stateOf = (key: string): WorkflowState | undefined => table.states.find((state) => state.key === key);

export const actionOf = (key: string): WorkflowAction | undefined => table.actions.find((action) => action.key === key);

const ENDED: ReadonlySet<string> = new Set(['closed', 'void']);

/** Somebody still has to decide whether the hazard is major. */
export const waitsForDecision = (hazard: Pick<WorkflowHazard, 'state' | 'suspected_major' | 'decision'>): boolean =>
  hazard.suspected_major && (hazard.decision === null || hazard.decision === 'experts') && !ENDED.has(hazard.state);

const isConcerned = (hazard: WorkflowHazard, actor: WorkflowActor): boolean =>
  actor.unit === hazard.unit_id || actor.id === hazard.assignee_id || actor.id === hazard.rectified_by;

/** What this person may be offered now. The server decides again when it is sent. */
export const offeredActions = (hazard: WorkflowHazard, actor: WorkflowActor): readonly WorkflowAction[] =>
  table.actions.filter(
    (action) =>
      action.sources.includes(hazard.state) &&
      actor.permissions.includes(action.permission) &&
      !(action.independent && hazard.rectified_by === actor.id) &&
      !(action.outside && isConcerned(hazard, actor)) &&
      !(action.decided && waitsForDecision(hazard)),
  );

/** The acts by which a person decides whether a hazard is major. */
export const isDeciding = (action: WorkflowAction): boolean => action.outcome !== null;

export type MoveGap = 'photo' | 'note' | 'assignee' | 'criterion';

/** What the action still lacks before it can be sent. */
export const moveGaps = (
  action: WorkflowAction,
  given: { readonly photos: number; readonly note: string; readonly assignee: string | null; readonly criterion?: string | null },
): readonly MoveGap[] => {
  const gaps: MoveGap[] = [];
  if (action.needs_assignee && given.assignee === null) gaps.push('assignee');
  if (action.needs_photo && given.photos === 0) gaps.push('photo');
  if (action.needs_note && given.note.trim() === '') gaps.push('note');
  if (action.needs_criterion && !given.criterion) gaps.push('criterion');
  return gaps;
};
