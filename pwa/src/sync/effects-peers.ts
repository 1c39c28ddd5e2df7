/** What a peer check will look like once the server agrees. */
import type { HandOverPeer } from '../data/mutations-peers';
import { keys, put, type Effect } from './effect';

export const handOverPeer: Effect<HandOverPeer> = {
  touches: ({ id }) => keys(['peer', id]),
  apply: ({ id }, read, { at }) => {
    const row = read('peer', id);
    if (row?.['state'] !== 'released') return [];
    return put('peer', id, { ...row, state: 'handed', handed_at: at });
  },
};
