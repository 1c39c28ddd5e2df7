/** What a leader's check-in will look like once the server agrees. */
import type { NoteAttendance } from '../data/mutations-campaigns';
import { keys, put, type Effect } from './effect';

type Read = Parameters<Effect<NoteAttendance>['apply']>[1];

const unitOf = (read: Read, assignment = '', inspection = ''): unknown => (read('assignment', assignment) ?? read('inspection', inspection))?.['unit_id'] ?? '';

export const noteAttendance: Effect<NoteAttendance> = {
  touches: ({ id, assignment, inspection }) => keys(['attendance', id], ['assignment', assignment], ['inspection', inspection]),
  needs: ({ assignment, inspection }) => keys(['assignment', assignment], ['inspection', inspection]),
  apply: ({ id, assignment, inspection, at, title, tag }, read, { by }) => {
    if (read('attendance', id) !== undefined) return [];
    return put('attendance', id, {
      id, assignment_id: assignment ?? null, inspection_id: inspection ?? null, unit_id: unitOf(read, assignment, inspection), person_id: by,
      title: title ?? '', tag: tag ?? null, tag_fits: null, distance: null, at, received_at: null,
    });
  },
};
