/** People of other agencies, as the record will name them. */
import type { DropJoint, SetJoint } from '../data/mutations-joint';
import { number } from '../data/shape';
import { keys, put, type Effect } from './effect';

export const setJoint: Effect<SetJoint> = {
  touches: (args) => keys(['joint', args.id]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: ({ id, inspection, name, agency, title = '', certificate = '', shown = false }, read, { at }) => {
    const before = read('joint', id);
    return put('joint', id, { id, inspection_id: inspection, name, agency, title, certificate, shown, added_at: before ? number(before['added_at']) : at });
  },
};

export const dropJoint: Effect<DropJoint> = {
  touches: (args) => keys(['joint', args.id]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args) => [{ key: ['joint', args.id], data: null }],
};
