/** What a leader's check-in will look like once the server agrees. */
import type { NoteAttendance } from '../data/mutations-campaigns';
import { keys, put, type Effect } from './effect';

export const noteAttendance: Effect<NoteAttendance> = {
  touches: ({ id, assignment }) => keys(['attendance', id], ['assignment', assignment]),
  needs: ({ assignment, inspection }) => keys(['assignment', assignment], ['inspection', inspection]),
  apply: ({ id, assignment, inspection, at, title, tag }, read, { by }) => {
    if (read('attendance', id) !== undefined) return [];
    const unit = read('assignment', assignment ?? '')?.['unit_id'] ?? '';
    return put('attendance', id, {
      id, assignment_id: assignment ?? null, inspection_id: inspection ?? null, unit_id: unit, person_id: by,
      title: title ?? '', tag: tag ?? null, tag_fits: null, distance: null, at, received_at: null,
    });
  },
};
