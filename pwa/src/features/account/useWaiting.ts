import { session } from '@/data/session';
import { useLive, type Live } from '@/data/live';
import { refusals, type Refusal } from '@/sync/refusals';
import { NOTHING_WAITING, readWaiting, type Waiting } from './queries';

/** What has not left this phone, and what left it lately. */
export const useWaiting = (): Live<Waiting | null> =>
  useLive<Waiting | null>(
    () => {
      const { db } = session.value;
      return db === null ? Promise.resolve(NOTHING_WAITING) : readWaiting(db);
    },
    null,
    [() => session.value.db],
  );

/** What the server did not accept, or has not decided about. */
export const useRefusals = (): Live<readonly Refusal[]> =>
  useLive<readonly Refusal[]>(
    () => {
      const { db } = session.value;
      return db === null ? Promise.resolve([]) : refusals(db);
    },
    [],
    [() => session.value.db],
  );
