/**
 * A storage opens in milliseconds, or it is held up: by a window of an older version that does not let go (one that the system
 * froze does not even say so), or by the browser itself. Nothing fails then and nothing goes on, so it must be said.
 */
import { noticeOpening } from './notice';

/** After this a person is told that the storage does not open; after that, what to do when it lasts. */
export const SLOW_MS = 3000;
export const STUCK_MS = 8000;

interface Opening {
  isBlocked: boolean;
  stage: 'quiet' | 'slow' | 'stuck';
  readonly timers: readonly ReturnType<typeof setTimeout>[];
}

const openings = new Map<object, Opening>();

const tell = (): void => {
  const all = [...openings.values()].filter(({ stage }) => stage !== 'quiet');
  if (all.some(({ stage }) => stage === 'stuck')) noticeOpening('stuck');
  else if (all.length > 0) noticeOpening(all.some(({ isBlocked }) => isBlocked) ? 'blocked' : 'slow');
  else noticeOpening(null);
};

const begin = (db: object): Opening => {
  const later = (stage: Opening['stage'], ms: number): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      opening.stage = stage;
      tell();
    }, ms);
  const opening: Opening = { isBlocked: false, stage: 'quiet', timers: [later('slow', SLOW_MS), later('stuck', STUCK_MS)] };
  openings.set(db, opening);
  return opening;
};

const end = (db: object, { stage, timers }: Opening): void => {
  for (const timer of timers) clearTimeout(timer);
  openings.delete(db);
  if (stage !== 'quiet') tell();
};

/** Says so when `opened` takes long. */
export const watchOpening = <T extends PromiseLike<unknown>>(db: object, opened: T): T => {
  if (openings.has(db)) return opened;
  const opening = begin(db);
  const over = (): void => { end(db, opening); };
  opened.then(over, over);
  return opened;
};

/** The browser says that another window is the reason. Most let go at once: it is told only when it lasts. */
export const noteBlocked = (db: object): void => {
  const opening = openings.get(db);
  if (opening === undefined) return;
  opening.isBlocked = true;
  if (opening.stage !== 'quiet') tell();
};
