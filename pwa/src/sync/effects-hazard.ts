/** What a hazard will look like once the server agrees. */
import type { CommentHazard, HazardAction, MoveHazard, OpenHazard } from '../data/mutations';
import { isRecord, number } from '../data/shape';
import { actionOf } from '../engine/workflow';
import { keys, put, type Context, type Data, type Effect } from './effect';

const stepsOf = (row: Data): readonly unknown[] => (Array.isArray(row['steps']) ? row['steps'] : []);

const hasStep = (row: Data, id: string): boolean =>
  stepsOf(row).some((step) => isRecord(step) && step['id'] === id);

interface Said {
  readonly note?: string;
  readonly photos: readonly string[];
  readonly assignee_id?: string;
  readonly due_on?: string;
}

const withStep = (row: Data, action: string, said: Said, { id, by, at }: Context, decision: Data | null = null): Data => {
  const own = { id, action, by, at, note: said.note ?? null, photo_ids: said.photos };
  const directed = { assignee_id: said.assignee_id ?? null, due_on: said.due_on ?? null };
  return { ...row, steps: [...stepsOf(row), { ...own, ...directed, decision }] };
};

/** Who did it and when, where the action leaves such a mark or wipes one away. */
const marks = (action: HazardAction, { by, at }: Context): Data => {
  if (action === 'submit_rectification') return { rectified_by: by, rectified_at: at };
  if (action === 'reject') return { rectified_by: null, rectified_at: null };
  if (action === 'accept') return { verified_by: by, verified_at: at };
  if (action === 'close') return { closed_by: by, closed_at: at };
  return {};
};

const DIRECTING: ReadonlySet<string> = new Set(['assign', 'reassign', 'reject']);

const given = ({ action, assignee_id: assignee, due_on: due }: MoveHazard, needsAssignee: boolean): Data => ({
  ...(assignee === undefined || !needsAssignee ? {} : { assignee_id: assignee }),
  ...(due === undefined || !DIRECTING.has(action) ? {} : { due_on: due }),
});

/** A decision as it will stand in the timeline; the words of the criterion come back with the server's row. */
const decisionOf = ({ decided_on: day, criterion }: MoveHazard, outcome: string): Data => ({
  outcome,
  decided_on: day ?? null,
  wanted: criterion ?? null,
  criterion: null,
});

const settled = (outcome: string): Data =>
  outcome === 'experts' ? { decision: outcome, suspected_major: true } : { decision: outcome, grade: outcome, suspected_major: outcome === 'major', decide_by: null };

const BLANK = {
  number: null,
  closure_number: null,
  location_id: null,
  asset_id: null,
  checklist_key: null,
  suggestion: null,
  category: null,
  criterion: null,
  criteria: [],
  decision: null,
  decide_by: null,
  assignee_id: null,
  rectified_by: null,
  rectified_at: null,
  verified_by: null,
  verified_at: null,
  closed_by: null,
  closed_at: null,
  steps: [],
};

const hazardRow = ({ inspection, target, item, photos, due_days: _, ...args }: OpenHazard, context: Context): Data =>
  withStep(
    {
      ...BLANK,
      ...args,
      inspection_id: inspection ?? null,
      target_id: target ?? null,
      item_key: item ?? null,
      // Nobody opens a major hazard: it is only suspected, until somebody entitled says so.
      grade: 'general',
      suspected_major: args.suspected_major || args.grade === 'major',
      state: 'open',
      rev: 1,
      opened_by: context.by,
      opened_at: context.at,
    },
    'open',
    { ...args, photos: photos ?? [] },
    context,
  );

export const openHazard: Effect<OpenHazard> = {
  touches: (args) => keys(['hazard', args.id]),
  needs: (args) =>
    keys(
      ['inspection', args.inspection],
      ['location', args.location_id],
      ['asset', args.asset_id],
      ...(args.photos ?? []).map((id): [string, string] => ['photo', id]),
    ),
  apply: (args, read, context) =>
    read('hazard', args.id) === undefined ? put('hazard', args.id, hazardRow(args, context)) : [],
};

export const moveHazard: Effect<MoveHazard> = {
  touches: (args) => keys(['hazard', args.id]),
  needs: (args) => keys(['hazard', args.id], ...args.photos.map((id): [string, string] => ['photo', id])),
  apply: (args, read, context) => {
    const row = read('hazard', args.id);
    const rule = actionOf(args.action);
    if (row === undefined || rule === undefined || hasStep(row, context.id)) return [];
    if (!rule.sources.includes(String(row['state']))) return [];
    const after = { state: rule.target ?? row['state'], rev: number(row['rev']) + 1, ...(rule.outcome === null ? {} : settled(rule.outcome)) };
    const moved = { ...row, ...given(args, rule.needs_assignee), ...marks(args.action, context), ...after };
    const decision = rule.outcome === null ? null : decisionOf(args, rule.outcome);
    return put('hazard', args.id, withStep(moved, args.action, args, context, decision));
  },
};

export const commentHazard: Effect<CommentHazard> = {
  touches: (args) => keys(['hazard', args.id]),
  needs: (args) => keys(['hazard', args.id], ...args.photos.map((id): [string, string] => ['photo', id])),
  apply: (args, read, context) => {
    const row = read('hazard', args.id);
    if (row === undefined || hasStep(row, context.id)) return [];
    return put('hazard', args.id, withStep(row, 'comment', args, context));
  },
};
