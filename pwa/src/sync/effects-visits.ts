/** What a sealed visit will look like once the server agrees. Its plan comes from the package that was opened here. */
import type { ArriveVisit, OpenVisit } from '../data/mutations-visits';
import { isRecord, list, text } from '../data/shape';
import { keys, put, type Data, type Effect } from './effect';

/** The kind under which an opened package's plan lies on this phone; the server has no such row. */
export const PLAN = 'visit-plan';
/** No row either: the name under which work on the visit's task finds the arrival that makes the task. */
export const ARRIVAL = 'arrival';

export const openVisit: Effect<OpenVisit> = {
  touches: ({ id }) => keys(['visit', id], [PLAN, id]),
  apply: ({ id }, read) => {
    const row = read('visit', id);
    if (row?.['state'] !== 'sealed') return [];
    return put('visit', id, { ...row, state: 'opened', plan: row['plan'] ?? read(PLAN, id) ?? null });
  },
};

const taskOf = (id: string, visit: Data, plan: Data, at: number): Data => ({
  ...plan,
  id,
  inspector_ids: [visit['leader_id'], ...list(text)(visit['member_ids'])],
  lead_id: visit['leader_id'],
  // The plan's word for who leads the team; a task has it for an official who comes along.
  leader_id: null,
  due_on: null,
  campaign: null,
  state: 'started',
  created_at: at,
});

export const arriveVisit: Effect<ArriveVisit> = {
  touches: (args) => keys(['visit', args.id], ['assignment', args.assignment_id], [ARRIVAL, args.assignment_id]),
  needs: (args) => keys(['photo', args.proof.statement?.photo_id]),
  apply: (args, read) => {
    const row = read('visit', args.id);
    const plan = row?.['plan'];
    if (row?.['state'] !== 'opened' || !isRecord(plan)) return [];
    const { assignment_id: id, arrived_at: at } = args;
    const task = read('assignment', id) === undefined ? put('assignment', id, taskOf(id, row, plan, at)) : [];
    return [...put('visit', args.id, { ...row, state: 'arrived' }), ...task];
  },
};
