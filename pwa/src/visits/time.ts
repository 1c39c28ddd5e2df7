/**
 * Whether the time has come, for a phone without a line. The server's clock was heard at the last exchange; since then the phone
 * has two clocks: one that anybody can set, and one that nobody can, but which stands still while the phone sleeps. So the
 * true time lies between the two. A visit is opened when it has come by the smaller one.
 */
import { readMeta, writeMeta, type Database } from '@/data/database';
import { readingOf, type Reading } from '@/data/trusted-time';

export { advance, keepTime, readingOf, type Reading } from '@/data/trusted-time';

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
