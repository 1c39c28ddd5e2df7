/** Locks between tabs. Nothing here is needed for correctness: the server tells a repeated command from a new one. */
export interface Locks {
  /** Waits for the lock; `shared` holders exclude only exclusive ones. */
  readonly hold: <T>(name: string, mode: 'exclusive' | 'shared', work: () => Promise<T>) => Promise<T>;
  /** Does nothing and returns undefined when somebody else has it. */
  readonly tryHold: <T>(name: string, work: () => Promise<T>) => Promise<T | undefined>;
  /** The browser itself keeps the locks, and gives them free when a tab dies. */
  readonly isKept?: boolean;
}

/** Held shared while a person's work is sent, exclusively while the cookie changes hands. */
export const SESSION_LOCK = 'anxun-session';

const without: Locks = {
  hold: (_name, _mode, work) => work(),
  tryHold: (_name, work) => work(),
};

const byBrowser = (locks: LockManager): Locks => ({
  hold: (name, mode, work) => locks.request(name, { mode }, work),
  tryHold: (name, work) =>
    locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? undefined : work())),
  isKept: true,
});

export const browserLocks = (): Locks => {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  return locks === undefined ? without : byBrowser(locks);
};
