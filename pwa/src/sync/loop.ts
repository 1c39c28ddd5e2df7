/** When to sync. */
export interface Loop {
  /** Something happened that may be worth a round trip soon. */
  readonly poke: () => void;
  /** A person asked: resolves when the attempt is over. */
  readonly now: () => Promise<void>;
  readonly stop: () => void;
}
