/** What inspections, answers, photos and signatures will look like once the server agrees. */
import type {
  AddPhoto,
  AddSignature,
  RemovePhoto,
  SetAnswer,
  StartInspection,
  SubmitInspection,
} from '../data/mutations';
import { answerId } from '../data/records';
import { isRecord, number } from '../data/shape';
import { keys, put, type Context, type Data, type Effect, type Read, type Write } from './effect';
import { ARRIVAL } from './effects-visits';

/** The assignment's lead, if of the team; else whoever begins. */
const leadOf = (team: readonly string[], by: string, assignment: Data | undefined): string => {
  const lead = assignment?.['lead_id'];
  return typeof lead === 'string' && team.includes(lead) ? lead : by;
};

const inspectionRow = (args: StartInspection, team: readonly string[], lead: string): Data => ({
  id: args.id,
  number: null,
  assignment_id: args.assignment_id ?? null,
  unit_id: args.unit_id,
  location_id: args.location_id ?? null,
  checklist_key: args.checklist_key,
  definition: args.definition,
  mode: args.mode,
  style: args.style ?? 'full',
  sections: args.sections ?? null,
  deep_items: args.deep_items ?? null,
  state: 'draft',
  lead_id: lead,
  member_ids: team,
  lead_claims: {},
  target_ids: args.targets,
  started_at: args.started_at,
  device_started_at: args.started_at,
  submitted_at: null,
  summary: null,
});

const begun = (read: Read, id: string | undefined): readonly Write[] => {
  const assignment = id === undefined ? undefined : read('assignment', id);
  return id === undefined || assignment?.['state'] !== 'planned'
    ? []
    : put('assignment', id, { ...assignment, state: 'started' });
};

export const startInspection: Effect<StartInspection> = {
  touches: (args) => keys(['inspection', args.id], ['assignment', args.assignment_id]),
  needs: (args) => keys(['location', args.location_id], [ARRIVAL, args.assignment_id]),
  apply: (args, read, { by }) => {
    if (read('inspection', args.id) !== undefined) return [];
    const team = [...new Set([by, ...args.member_ids])];
    const assignment = args.assignment_id === undefined ? undefined : read('assignment', args.assignment_id);
    const row = inspectionRow(args, team, leadOf(team, by, assignment));
    return [...put('inspection', args.id, row), ...begun(read, args.assignment_id)];
  },
};

const answerKey = (args: SetAnswer): string => answerId(args.inspection, args.target, args.item);

const fieldsOf = (row: Data | undefined): Readonly<Record<string, unknown>> => {
  const fields = row?.['fields'];
  return isRecord(fields) ? fields : {};
};

/** The fields that somebody has set, as far as this phone knows. */
export const fieldNames = (row: Data | undefined): readonly string[] => Object.keys(fieldsOf(row));

/**
 * The revision of one field that the server has confirmed: what a new answer is based on. A pending answer keeps the
 * revision it was given over: to count on from it would be to claim having seen whatever a colleague sent meanwhile.
 */
export const revisionOf = (row: Data | undefined, field: string): number => {
  const value = fieldsOf(row)[field];
  return isRecord(value) ? number(value['rev']) : 0;
};

export const answerKeyOf = answerKey;

export const setAnswer: Effect<SetAnswer> = {
  touches: (args) => keys(['answer', answerKey(args)]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args, read, { by, at }) => {
    const row = read('answer', answerKey(args));
    const fields: Record<string, unknown> = { ...fieldsOf(row) };
    for (const [field, v] of Object.entries(args.set)) {
      fields[field] = { v, rev: revisionOf(row, field), by, at, ...(args.how === undefined ? {} : { how: args.how }) };
    }
    const own = { inspection_id: args.inspection, target_id: args.target, item_key: args.item };
    return put('answer', answerKey(args), { ...row, id: answerKey(args), ...own, fields });
  },
};

const photoRow = (args: AddPhoto, { by }: Context): Data => ({
  id: args.id,
  sha256: args.sha256,
  size: args.size,
  mime: args.mime,
  w: args.w,
  h: args.h,
  taken_at: args.taken_at,
  author_id: by,
  origin: args.origin,
  position: args.position ?? null,
  state: 'expected',
  purpose: args.purpose,
  inspection_id: args.inspection ?? null,
  target_id: args.target ?? null,
  item_key: args.item ?? null,
  hazard_id: args.hazard ?? null,
  annotations: args.annotations,
  original_id: args.original ?? null,
  caption: args.caption ?? null,
});

export const addPhoto: Effect<AddPhoto> = {
  touches: (args) => keys(['photo', args.id]),
  needs: (args) => keys(['inspection', args.inspection], ['hazard', args.hazard], ['photo', args.original]),
  apply: (args, read, context) =>
    read('photo', args.id) === undefined ? put('photo', args.id, photoRow(args, context)) : [],
};

export const removePhoto: Effect<RemovePhoto> = {
  touches: (args) => keys(['photo', args.id]),
  needs: (args) => keys(['photo', args.id]),
  apply: (args, read) => {
    const row = read('photo', args.id);
    return row === undefined ? [] : put('photo', args.id, { ...row, state: 'removed' });
  },
};

export const addSignature: Effect<AddSignature> = {
  touches: (args) => keys(['signature', args.id]),
  needs: (args) =>
    keys(['inspection', args.inspection], ...args.photo_ids.map((id): [string, string] => ['photo', id])),
  apply: ({ inspection, target, item, ...args }) =>
    put('signature', args.id, {
      ...args,
      inspection_id: inspection,
      target_id: target ?? null,
      item_key: item ?? null,
      person_id: args.person_id ?? null,
      title: args.title ?? null,
      reason: args.reason ?? null,
      witness: args.witness ?? null,
    }),
};

export const submitInspection: Effect<SubmitInspection> = {
  touches: (args) => keys(['inspection', args.inspection]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args, read) => {
    const row = read('inspection', args.inspection);
    if (row?.['state'] !== 'draft') return [];
    const done = { state: 'submitted', submitted_at: args.submitted_at, summary: args.summary ?? row['summary'] };
    return put('inspection', args.inspection, { ...row, ...done });
  },
};
