/**
 * Whether the time has come, for a phone without a line. The server's clock was heard at the last exchange; since then the phone
 * has two clocks: one that anybody can set, and one that nobody can, but which stands still while the phone sleeps. So the
 * true time lies between the two. A visit is opened when it has come by the smaller one.
 */
import { readMeta, writeMeta, type Database } from '@/data/database';
import type { Env } from '@/data/env';
import type { ClockAnchor } from '@/data/tables';

export interface Reading {
  /** By the clock that can be set. */
  readonly likely: number;
  /** At least so late it is. */
  readonly sure: number;
}

type Clocks = Pick<Env, 'now' | 'mono' | 'boot'>;

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

/** early: not yet by either clock. unsure: the settable clock alone says so. */
export type Moment = 'open' | 'early' | 'unsure';

export const momentOf = (reading: Reading | null, opensAt: number): Moment => {
  if (reading === null) return 'unsure';
  if (reading.sure >= opensAt) return 'open';
  return reading.likely < opensAt ? 'early' : 'unsure';
};

/** Satellites keep time too, and nobody on the ground sets them. What their fix may lag behind is taken off. */
const SATELLITE_SLACK_MS = 30_000;

/** False: they say that it is earlier than the phone's clock does. */
export const noteSatelliteTime = (db: Database, at: number): Promise<boolean> =>
  db.transaction('rw', db.meta, async () => {
    const anchor = await readMeta(db, 'clock');
    const reading = anchor === undefined ? null : readingOf(anchor, db.env);
    const server = Math.max(reading?.sure ?? 0, at - SATELLITE_SLACK_MS);
    await writeMeta(db, 'clock', { server, wall: db.env.now(), mono: db.env.mono(), boot: db.env.boot });
    return reading === null || reading.likely - server <= 2 * SATELLITE_SLACK_MS;
  });
