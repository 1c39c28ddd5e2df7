/** What can be done to hazards. Each resolves when it is on the phone's disk. */
import type { Database } from '@/data/database';
import type { HazardAction, MoveHazard, OpenHazard } from '@/data/mutations';
import type { Hazard } from '@/data/records';
import { commit } from '@/sync/outbox';
import { decisionsSeen } from './decisions';

export interface Move {
  readonly action: HazardAction;
  readonly note: string;
  readonly photos: readonly string[];
  readonly assignee: string | null;
  readonly due: string | null;
  readonly decision?: { readonly criterion: string | null; readonly hash: string | null; readonly day: string };
}

const decisionArgs = (decision: Move['decision']): Pick<MoveHazard, 'criterion' | 'criteria_hash' | 'decided_on'> =>
  decision === undefined
    ? {}
    : {
        decided_on: decision.day,
        ...(decision.criterion === null ? {} : { criterion: decision.criterion }),
        ...(decision.hash === null ? {} : { criteria_hash: decision.hash }),
      };

export const moveHazard = (db: Database, hazard: Hazard, move: Move): Promise<readonly string[]> =>
  commit(
    db,
    [
      {
        name: 'hazard.move',
        args: {
          id: hazard.id,
          action: move.action,
          expect: { state: hazard.state, rev: hazard.rev, decisions: decisionsSeen(hazard) },
          photos: move.photos,
          ...(move.note.trim() === '' ? {} : { note: move.note.trim() }),
          ...(move.assignee === null ? {} : { assignee_id: move.assignee }),
          ...(move.due === null ? {} : { due_on: move.due }),
          ...decisionArgs(move.decision),
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
