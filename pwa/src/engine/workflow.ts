/** The hazard workflow on the phone: the same table as the server's, exported by it. Buttons come from here. */
import table from '@contracts/generated/hazard-workflow.json';

export type WorkflowAction = (typeof table.actions)[number];
export type WorkflowState = (typeof table.states)[number];

export interface WorkflowActor {
  readonly id: string;
  readonly permissions: readonly string[];
}

export interface WorkflowHazard {
  readonly state: string;
  readonly rectified_by: string | null;
}

export const WORKFLOW_STATES: readonly WorkflowState[] = table.states;
export const WORKFLOW_ACTIONS: readonly WorkflowAction[] = table.actions;

export const stateOf = (key: string): WorkflowState | undefined => table.states.find((state) => state.key === key);

export const actionOf = (key: string): WorkflowAction | undefined => table.actions.find((action) => action.key === key);

/** What this person may be offered now. The server decides again when it is sent. */
export const offeredActions = (hazard: WorkflowHazard, actor: WorkflowActor): readonly WorkflowAction[] =>
  table.actions.filter(
    (action) =>
      action.sources.includes(hazard.state) &&
      actor.permissions.includes(action.permission) &&
      !(action.independent && hazard.rectified_by === actor.id),
  );

export type MoveGap = 'photo' | 'note' | 'assignee';

/** What the action still lacks before it can be sent. */
export const moveGaps = (
  action: WorkflowAction,
  given: { readonly photos: number; readonly note: string; readonly assignee: string | null },
): readonly MoveGap[] => {
  const gaps: MoveGap[] = [];
  if (action.needs_assignee && given.assignee === null) gaps.push('assignee');
  if (action.needs_photo && given.photos === 0) gaps.push('photo');
  if (action.needs_note && given.note.trim() === '') gaps.push('note');
  return gaps;
};
