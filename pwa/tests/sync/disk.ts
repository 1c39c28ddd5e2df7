/** A disk that fails the way browsers' storage fails: one write errs, and its transaction aborts with all that was in it. */
import type { DBCore, DBCoreMutateRequest } from 'dexie';
import type { Database } from '@/data/database';

export type DiskFault = 'abort' | 'full' | 'lost' | 'killed';

/** What the app does not survive: it is started again, and only completed transactions are there. */
export class Killed extends Error {}

const ERRORS: Readonly<Record<DiskFault, () => Error>> = {
  abort: () => new DOMException('The transaction was aborted', 'AbortError'),
  full: () => new DOMException('no room', 'QuotaExceededError'),
  lost: () => new DOMException('Connection to Indexed Database server lost', 'UnknownError'),
  killed: () => new Killed('killed'),
};

export class Disk {
  #left = Number.POSITIVE_INFINITY;
  #fault: DiskFault = 'abort';
  #times = 0;
  /** How many writes failed. */
  struck = 0;

  /** The write after `left` others fails, and so do the `times - 1` that follow it. */
  strike(fault: DiskFault, left: number, times = 1): void {
    this.#fault = fault;
    this.#left = left;
    this.#times = times;
  }

  heal(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  attach(db: Database): void {
    db.use({
      stack: 'dbcore',
      name: 'disk',
      create: (core: DBCore): DBCore => ({
        ...core,
        table: (name) => {
          const inner = core.table(name);
          return { ...inner, mutate: (request: DBCoreMutateRequest) => this.#fails() ?? inner.mutate(request) };
        },
      }),
    });
  }

  #fails(): Promise<never> | null {
    this.#left -= 1;
    if (this.#left >= 0 || this.#times <= 0) return null;
    this.#times -= 1;
    this.struck += 1;
    return Promise.reject(ERRORS[this.#fault]());
  }
}
