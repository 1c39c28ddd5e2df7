/** What can be done to hazards. Each resolves when it is on the phone's disk. */
import type { Database } from '@/data/database';
import type { HazardAction, OpenHazard } from '@/data/mutations';
import type { Hazard } from '@/data/records';
import { commit } from '@/sync/outbox';

export interface Move {
  readonly action: HazardAction;
  readonly note: string;
  readonly photos: readonly string[];
  readonly assignee: string | null;
  readonly due: string | null;
}

export const moveHazard = (db: Database, hazard: Hazard, move: Move): Promise<readonly string[]> =>
  commit(
    db,
    [
      {
        name: 'hazard.move',
        args: {
          id: hazard.id,
          action: move.action,
          expect: { state: hazard.state, rev: hazard.rev },
          photos: move.photos,
          ...(move.note.trim() === '' ? {} : { note: move.note.trim() }),
          ...(move.assignee === null ? {} : { assignee_id: move.assignee }),
          ...(move.due === null ? {} : { due_on: move.due }),
        },
      },
    ],
    { dropDrafts: [moveDraftKey(hazard.id, move.action)] },
  );

export const commentHazard = (db: Database, id: string, note: string, photos: readonly string[]): Promise<readonly string[]> =>
  commit(db, [{ name: 'hazard.comment', args: { id, note: note.trim(), photos } }]);

export const openHazard = (db: Database, args: OpenHazard, draft: string): Promise<readonly string[]> =>
  commit(db, [{ name: 'hazard.open', args }], { dropDrafts: [draft] });

export const moveDraftKey = (hazard: string, action: string): string => `hazard-move/${hazard}/${action}`;

/** Kept on every change, so that a killed app loses no word. */
export const keepDraft = async (db: Database, key: string, data: unknown): Promise<void> => {
  await db.drafts.put({ key, data: JSON.parse(JSON.stringify(data)), at: db.env.now() });
};

export const readDraft = async <T extends object>(db: Database, key: string): Promise<Partial<T> | null> => {
  const draft = await db.drafts.get(key);
  return typeof draft?.data === 'object' && draft.data !== null ? (draft.data as Partial<T>) : null;
};
