/** What the model server does with a mutation: a few rules, enough to be applied, refused, or to wait. */
import type { ModelRows } from './model-rows';

export interface Command {
  readonly id: string;
  readonly mid: number;
  readonly name: string;
  readonly v?: number;
  readonly blobs?: readonly string[];
  readonly at: number;
  readonly args: Record<string, unknown>;
}

export interface Judged {
  readonly status: string;
  readonly code?: string;
  readonly params?: Record<string, unknown>;
}

type Rule = (rows: ModelRows, user: string, command: Command) => Judged;

const APPLIED: Judged = { status: 'applied' };
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const insp = (id: unknown): string => `insp:${text(id)}`;

const start: Rule = (rows, user, { args }) => {
  const { id, targets, member_ids: members, ...rest } = args;
  const people = [...new Set([user, ...((members as string[] | undefined) ?? [])])];
  rows.put(
    'inspection',
    text(id),
    { ...rest, id, target_ids: targets, state: 'draft', lead_id: user, member_ids: people },
    [insp(id), ...people.map((person) => `user:${person}`)],
  );
  return APPLIED;
};

type Field = { readonly rev: number; readonly by: string } | undefined;

const answer: Rule = (rows, user, { args, at }) => {
  const inspection = rows.get('inspection', text(args['inspection']));
  if (inspection === undefined) return { status: 'held', code: 'sync-waiting' };
  if (inspection.data['state'] !== 'draft') return { status: 'rejected', code: 'inspection-locked', params: { by: user } };
  const eid = [args['inspection'], args['target'], args['item']].map(text).join('|');
  const old = { ...(rows.get('answer', eid)?.data['fields'] as object | undefined) } as Record<string, Field>;
  const base = args['base'] as Record<string, number>;
  const said = Object.entries(args['set'] as Record<string, unknown>);
  const fields = said.map(([field, v]) => [field, { v, rev: (old[field]?.rev ?? 0) + 1, by: user, at }]);
  const row = { id: eid, inspection_id: args['inspection'], target_id: args['target'], item_key: args['item'] };
  rows.put('answer', eid, { ...row, fields: { ...old, ...Object.fromEntries(fields) } }, [insp(args['inspection'])]);
  const unseen = ([field]: [string, unknown]): boolean => (base[field] ?? 0) < (old[field]?.rev ?? 0) && old[field]?.by !== user;
  return said.some(unseen) ? { status: 'merged' } : APPLIED;
};

const photo: Rule = (rows, user, { args }) => {
  const { inspection, target, item, hazard, ...rest } = args;
  const where = inspection === undefined ? [] : [insp(inspection)];
  rows.put(
    'photo',
    text(args['id']),
    { ...rest, inspection_id: inspection ?? null, target_id: target ?? null, item_key: item ?? null, hazard_id: hazard ?? null, author_id: user, state: 'expected' },
    [`user:${user}`, ...where],
  );
  return APPLIED;
};

const submit: Rule = (rows, _user, { args }) => {
  const row = rows.get('inspection', text(args['inspection']));
  if (row === undefined) return { status: 'held', code: 'sync-waiting' };
  if (row.data['state'] !== 'draft') return { status: 'rejected', code: 'inspection-locked' };
  rows.put('inspection', row.eid, { ...row.data, state: 'submitted', submitted_at: args['submitted_at'] }, [...row.scopes]);
  return APPLIED;
};

const openHazard: Rule = (rows, user, { args, id, at }) => {
  const steps = [{ id, action: 'open', by: user, at, note: null, photo_ids: [] }];
  rows.put('hazard', text(args['id']), { ...args, state: 'open', rev: 1, opened_by: user, opened_at: at, steps }, [
    `region:${text(args['unit_id'])}`,
  ]);
  return APPLIED;
};

const comment: Rule = (rows, user, { args, id, at }) => {
  const row = rows.get('hazard', text(args['id']));
  if (row === undefined) return { status: 'rejected', code: 'not-found' };
  const step = { id, action: 'comment', by: user, at, note: args['note'], photo_ids: args['photos'] };
  rows.put('hazard', row.eid, { ...row.data, steps: [...(row.data['steps'] as unknown[]), step] }, [...row.scopes]);
  return APPLIED;
};

const STATES: Readonly<Record<string, string>> = { handover: 'handed', undo: 'open' };

/** A case that is over leaves the person's scope; the row stays, so that giving up can be undone. */
const handleCase: Rule = (rows, user, { args, at }) => {
  const row = rows.get('outcome', text(args['id']));
  if (row === undefined) return { status: 'rejected', code: 'not-found' };
  const state = STATES[text(args['act'])] ?? 'handled';
  const word = { act: args['act'], at, by_name: user, note: args['reason'] ?? null };
  rows.put('outcome', row.eid, { ...row.data, state, word }, state === 'handled' ? [] : [`user:${user}`]);
  return APPLIED;
};

export const RULES: Readonly<Record<string, Rule>> = {
  'inspection.start': start,
  'answer.set': answer,
  'photo.add': photo,
  'inspection.submit': submit,
  'hazard.open': openHazard,
  'hazard.comment': comment,
  'problem.handle': handleCase,
};
