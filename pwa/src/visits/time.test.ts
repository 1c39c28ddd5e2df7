import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshStorage } from '../../tests/sync/phone';
import { Database, readMeta, writeMeta } from '@/data/database';
import { keepTime, momentOf, noteSatelliteTime } from './time';

const HOUR = 3_600_000;
const SERVER = 1_795_300_000_000;
const WALL = 5 * HOUR;

let wall = WALL;
let mono = 1000;
let boot = 'first';
const storage = freshStorage();
const env = () => ({ now: () => wall, mono: () => mono, boot, tz: () => 480, id: () => 'c', storage });
let db: Database;
const pass = (ms: number): void => {
  wall += ms;
  mono += ms;
};
const moment = async (opensAt: number): Promise<string> => momentOf(await keepTime(db), opensAt);

beforeEach(async () => {
  [wall, mono, boot] = [WALL, 1000, 'first'];
  db = new Database(`u-${String(Math.random())}`, env());
  await writeMeta(db, 'clock', { server: SERVER, wall, mono, boot });
});
afterEach(() => db.delete());

describe('whether it is time', () => {
  it('is counted by the clock that nobody can set, whatever the other says', async () => {
    expect(await moment(SERVER + HOUR)).toBe('early');
    pass(HOUR - 1);
    expect(await moment(SERVER + HOUR)).toBe('early');
    pass(1);
    expect(await moment(SERVER + HOUR)).toBe('open');
    wall -= 10 * HOUR;
    expect(await moment(SERVER + HOUR)).toBe('open');
  });

  it('is not taken from a clock set forward', async () => {
    wall += 10 * HOUR;
    expect(await moment(SERVER + HOUR)).toBe('unsure');
  });

  it('is not taken from a clock set forward while the app was closed', async () => {
    pass(HOUR / 2);
    await keepTime(db);
    boot = 'second';
    mono = 5;
    wall += 10 * HOUR;
    const again = new Database(db.user, env());
    expect(momentOf(await keepTime(again), SERVER + HOUR)).toBe('unsure');
    again.close();
  });

  it('what was counted before a restart is not forgotten', async () => {
    pass(HOUR / 2);
    await keepTime(db);
    boot = 'second';
    mono = 5;
    const again = new Database(db.user, env());
    await keepTime(again);
    pass(HOUR / 2);
    expect(momentOf(await keepTime(again), SERVER + HOUR)).toBe('open');
    again.close();
  });

  it('is unknown where no server was ever heard', async () => {
    await db.meta.delete('clock');
    expect(await moment(0)).toBe('unsure');
  });

  it('is believed to satellites after a night asleep', async () => {
    wall += 10 * HOUR;
    expect(await noteSatelliteTime(db, SERVER + 10 * HOUR)).toBe(true);
    expect(await moment(SERVER + 9 * HOUR)).toBe('open');
  });

  it('satellites give a clock away that was set forward', async () => {
    wall += 10 * HOUR;
    expect(await noteSatelliteTime(db, SERVER + 60_000)).toBe(false);
    expect(await moment(SERVER + HOUR)).toBe('early');
    expect((await readMeta(db, 'clock'))?.server).toBe(SERVER + 30_000);
  });
});
