/** Keeps the end of passes in every tab, with a line and without; loaded after the first page. */
import { enforce, nextLook, noteHolding, passesOf } from '../data/locked';
import type { Database } from '../data/database';
import { subscribe } from '../data/live';

/** The clock that can be set is looked at this often while a pass is open. */
const LOOK_MS = 15_000;

/** Call for the person whose work is open; what it returns stops it. */
export const watchPasses = (db: Database): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    await enforce(db);
    const wait = await nextLook(db, LOOK_MS);
    if (!stopped && wait !== null) timer = setTimeout(again, wait + 1);
  };
  const again = (): void => void look().catch(() => undefined);
  const unsubscribe = subscribe(
    async () => JSON.stringify(await passesOf(db)),
    (passes) => {
      noteHolding(db.user, passes !== '[]');
      again();
    },
  );
  document.addEventListener('visibilitychange', again);
  return () => {
    stopped = true;
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', again);
  };
};
