/** Signatures that this person gave on a colleague's phone, and what the person says of them. */
import type { Strokes } from '@/answers/strokes';
import type { Database } from '@/data/database';
import { flag, json, maybe, number, record, text, type Parsed } from '@/data/shape';
import { view } from '@/data/view';
import { commit } from '@/sync/outbox';

export const readHand = record({
  id: text, inspection_id: text, paper_id: maybe(text), person_id: text, name: text, strokes: json, width: number, height: number, mine: maybe(flag),
  unit_id: text, checklist_key: text, started_at: number, number: maybe(text), by_name: text, signed_at: number, said_at: maybe(number), reason: maybe(text),
});

export type Hand = Parsed<typeof readHand>;

export interface ShownHand {
  readonly hand: Hand;
  /** Empty where the unit is not on this phone any more. */
  readonly unit: string;
  readonly strokes: Strokes;
}

/** What was answered is shown for so long, so that a slip can be put right. */
const SHOWN_MS = 30 * 24 * 3_600_000;

/** Not answered yet first; of one visit, or of all. */
export async function readHands(db: Database, inspection: string | null): Promise<readonly ShownHand[]> {
  const { all, get } = view(db);
  const since = db.env.now() - SHOWN_MS;
  const hands = (await all('hand')).map(readHand).filter((one) => (inspection === null ? one.mine === null || (one.said_at ?? 0) > since : one.inspection_id === inspection));
  hands.sort((a, b) => Number(a.mine !== null) - Number(b.mine !== null) || b.signed_at - a.signed_at);
  return Promise.all(hands.map(async (hand) => ({ hand, unit: (await get('unit', hand.unit_id))?.name ?? '', strokes: strokesOf(hand.strokes) })));
}

const strokesOf = (told: Hand['strokes']): Strokes => (Array.isArray(told) ? (told as unknown as Strokes) : []);

export const sayMine = (db: Database, id: string): Promise<readonly string[]> => commit(db, [{ name: 'signature.confirm', args: { id, mine: true } }]);

export const sayNotMine = (db: Database, id: string, reason: string): Promise<readonly string[]> => commit(db, [{ name: 'signature.confirm', args: { id, mine: false, reason } }]);
