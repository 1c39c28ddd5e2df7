/** What a person can do about work that was not accepted. */
import type { Database } from '@/data/database';
import type { MutationArgs, MutationName } from '@/data/mutations';
import { useDatabase } from '@/data/session';
import { view } from '@/data/view';
import { discard, handOver, markSeen, resend, undo, type Refusal } from '@/sync/refusals';
import { corrected } from './pieces';

export const giveUp = (id: string, reason: string): Promise<readonly string[]> => discard(useDatabase(), id, reason);

export const handToLead = (id: string, reason: string): Promise<readonly string[]> => handOver(useDatabase(), id, reason);

export const takeBack = (ids: readonly string[]): Promise<void> => undo(useDatabase(), ids);

export const seen = (id: string): Promise<void> => markSeen(useDatabase(), id);

/** The identifier itself was refused: the corrected piece needs another one. */
const TAKEN = /-id-taken$|^id-taken$|^sync-id-reused$/;

/** Send a corrected piece in place of the refused one, as things stand now. */
export async function sendAgain(refusal: Refusal, values: Readonly<Record<string, string>>): Promise<void> {
  const db = useDatabase();
  const args = corrected(refusal, values);
  if (TAKEN.test(refusal.code) && typeof args['id'] === 'string') args['id'] = db.env.id();
  if (refusal.name === 'hazard.move') args['expect'] = await expected(db, args);
  await resend(db, refusal.id, refusal.name as MutationName, args as unknown as MutationArgs[MutationName]);
}

/** The person has read what became of the hazard, and means the act all the same. */
async function expected(db: Database, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  const hazard = await view(db).get('hazard', String(args['id']));
  if (hazard === undefined) return args['expect'];
  const decisions = hazard.steps.filter(({ decision }) => decision !== null && !decision.refused).length;
  return { state: hazard.state, rev: hazard.rev, decisions };
}
