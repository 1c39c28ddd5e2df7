/** What the world gives the data layer. Injected, so that the same code runs in a browser, in Node and in a simulator. */
import { newId } from './ids';

export interface Storage {
  readonly indexedDB: IDBFactory;
  readonly IDBKeyRange: typeof IDBKeyRange;
}

export interface Env {
  /** Wall clock, milliseconds UTC. Evidence only: nothing is ordered by it. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody can set, counted from the start named by `boot`. */
  readonly mono: () => number;
  readonly boot: string;
  /** Minutes east of UTC. */
  readonly tz: () => number;
  readonly id: () => string;
  /** Absent, the platform's own IndexedDB is used. */
  readonly storage?: Storage;
}

export const browserEnv = (): Env => ({
  now: () => Date.now(),
  mono: () => Math.round(performance.now()),
  boot: newId(),
  tz: () => -new Date().getTimezoneOffset(),
  id: () => newId(),
});
