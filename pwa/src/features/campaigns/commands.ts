/** A leader's check-in: signed, with what speaks for the place, on the disk before anything is said. */
import { useDatabase } from '@/data/session';
import type { NoteAttendance } from '@/data/mutations-campaigns';
import { commit } from '@/sync/outbox';

export async function noteAttendance(said: Omit<NoteAttendance, 'id' | 'at'>): Promise<void> {
  const db = useDatabase();
  await commit(db, [{ name: 'attendance.note', args: { ...said, id: db.env.id(), at: db.env.now() } }]);
}
