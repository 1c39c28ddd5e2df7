import { useLive, type Live } from '@/data/live';
import { session } from '@/data/session';
import { readToday, type Today } from './queries';

const NOTHING: Today = { due: [], open: [], checklists: [], isComplete: false, visits: 0, peers: 0, hands: 0 };

/** Null until the disk has answered. */
export const useToday = (): Live<Today | null> =>
  useLive<Today | null>(
    () => {
      const { db, me } = session.value;
      return db === null || me === null ? Promise.resolve(NOTHING) : readToday(db, me.id);
    },
    null,
    [() => session.value.db],
  );
