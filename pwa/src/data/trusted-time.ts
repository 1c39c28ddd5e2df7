/**
 * What time it is, for a phone without a line. The server's clock was heard at the last exchange; since then the phone has two
 * clocks: one that anybody can set, and one that nobody can, but which stands still while the phone sleeps. So the true time
 * lies between the two, unless the first was set.
 */
import { readMeta, writeMeta, type Database } from './database';
import type { Env } from './env';
import type { ClockAnchor } from './tables';

export interface Reading {
  /** By the clock that can be set. */
  readonly likely: number;
  /** At least so late it is. */
  readonly sure: number;
}

export type Clocks = Pick<Env, 'now' | 'mono' | 'boot'>;

/** The anchor moved on by what was counted since; a new start of the app counts from nothing. */
export const advance = (anchor: ClockAnchor, { mono, boot }: Clocks): ClockAnchor => {
  const now = mono();
  const passed = anchor.boot === boot ? Math.max(0, now - anchor.mono) : 0;
  return { server: anchor.server + passed, wall: anchor.wall + passed, mono: now, boot };
};

export const readingOf = (anchor: ClockAnchor, clocks: Clocks): Reading => {
  const { server, wall } = advance(anchor, clocks);
  return { sure: server, likely: server + clocks.now() - wall };
};

/** Reads the time and writes down what was counted, so that a restart does not lose it. Null: no server was ever heard. */
export const keepTime = (db: Database): Promise<Reading | null> =>
  db.transaction('rw', db.meta, async () => {
    const anchor = await readMeta(db, 'clock');
    if (anchor === undefined) return null;
    await writeMeta(db, 'clock', advance(anchor, db.env));
    return readingOf(anchor, db.env);
  });
