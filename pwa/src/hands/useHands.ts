import { useLive, type Live } from '@/data/live';
import { session } from '@/data/session';
import { readHands, type ShownHand } from './hands';

/** Cards of one visit, or of all of this person's. */
export const useHands = (inspection: () => string | null): Live<readonly ShownHand[]> =>
  useLive<readonly ShownHand[]>(() => (session.value.db ? readHands(session.value.db, inspection()) : Promise.resolve([])), [], [() => session.value.db, inspection]);
