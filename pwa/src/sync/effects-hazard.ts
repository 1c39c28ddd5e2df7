/** What a hazard will look like once the server agrees. */
import type { CommentHazard, HazardAction, MoveHazard, OpenHazard } from '../data/mutations';
import { isRecord, number } from '../data/shape';
import { actionOf } from '../engine/workflow';
import { keys, put, type Context, type Data, type Effect } from './effect';

const stepsOf = (row: Data): readonly unknown[] => (Array.isArray(row['steps']) ? row['steps'] : []);

const hasStep = (row: Data, id: string): boolean =>
  stepsOf(row).some((step) => isRecord(step) && step['id'] === id);

const withStep = (
  row: Data,
  action: string,
  { note, photos }: { readonly note?: string; readonly photos: readonly string[] },
  { id, by, at }: Context,
): Data => ({
  ...row,
  steps: [...stepsOf(row), { id, action, by, at, note: note ?? null, photo_ids: photos }],
});

/** Who did it and when, where the action leaves such a mark. */
const marks = (action: HazardAction, { by, at }: Context): Data => {
  if (action === 'submit_rectification') return { rectified_by: by, rectified_at: at };
  if (action === 'accept') return { verified_by: by, verified_at: at };
  if (action === 'close') return { closed_by: by, closed_at: at };
  return {};
};

const given = (args: MoveHazard): Data => ({
  ...(args.grade === undefined ? {} : { grade: args.grade }),
  ...(args.assignee_id === undefined ? {} : { assignee_id: args.assignee_id }),
  ...(args.due_on === undefined ? {} : { due_on: args.due_on }),
});

const hazardRow = ({ inspection, target, item, photos, ...args }: OpenHazard, context: Context): Data =>
  withStep(
    {
      ...args,
      number: null,
      closure_number: null,
      location_id: args.location_id ?? null,
      asset_id: args.asset_id ?? null,
      inspection_id: inspection ?? null,
      target_id: target ?? null,
      item_key: item ?? null,
      state: 'open',
      rev: 1,
      assignee_id: args.assignee_id ?? null,
      opened_by: context.by,
      opened_at: context.at,
      steps: [],
    },
    'open',
    { photos: photos ?? [] },
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
    const after = { state: rule.target, rev: number(row['rev']) + 1 };
    const moved = { ...row, ...given(args), ...marks(args.action, context), ...after };
    return put('hazard', args.id, withStep(moved, args.action, args, context));
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
