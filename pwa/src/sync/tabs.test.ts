/** Two tabs of one browser, two people on one device, and the loop that decides when to sync. */
import { afterEach, describe, expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Clock, freshStorage, Phone, sharedLocks } from '../../tests/sync/phone';
import { answer, start } from '../../tests/sync/work';
import { countEntries } from '../data/unsent';
import { get } from '../data/view';
import { alone, renew } from './lease';
import { Loop } from './loop';
import { readReport } from './report';
import { readStatus } from './status';

const loops: Loop[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) loop.stop();
});

const twoTabs = (): { server: ModelServer; one: Phone; two: Phone } => {
  const server = new ModelServer();
  const shared = { storage: freshStorage(), clock: new Clock(), locks: sharedLocks() };
  return { server, one: new Phone(server, shared), two: new Phone(server, shared) };
};

const loopOf = (phone: Phone, visible: () => boolean = () => true): Loop => {
  const loop = new Loop(phone.db, { ...phone.ports, visible });
  loops.push(loop);
  return loop;
};

/** Real time, for what the browser does by itself: live queries and storage. */
const until = async (isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 1500 && !(await isTrue()); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('two tabs', () => {
  test('counts given out at once are distinct and without gaps [fault 39]', async () => {
    const { one, two } = twoTabs();
    await one.commit(start('i1'));
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).commit(answer('i1', `a${String(i)}`, 'pass'))));
    const mids = (await one.db.outbox.toArray()).map((entry) => entry.mid).sort((a, b) => a - b);
    expect(mids).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });

  test('both send the same queue: one effect each [fault 38]', async () => {
    const { server, one, two } = twoTabs();
    await one.commit(start('i1'), answer('i1', 'a', 'pass'));
    await Promise.all([one.sync(), two.sync()]);
    await one.sync();
    expect([...server.state.effects.values()]).toEqual([1, 1]);
    expect(await one.shown()).toEqual(one.expected());
  });

  test('with the lock only one of them works', async () => {
    const { one, two } = twoTabs();
    await one.commit(start('i1'));
    const [a, b] = [loopOf(one), loopOf(two)];
    await Promise.all([a.now(), b.now()]);
    expect(one.requests.length + two.requests.length).toBe(1);
  });

  test('a frozen tab that keeps the lock is passed by once its lease has run out [fault 40]', async () => {
    const { one, two } = twoTabs();
    let thaw: () => void = () => undefined;
    const frozen = one.ports.locks.tryHold('sync:u1', async () => {
      await renew(one.db, 'sync');
      await new Promise<void>((resolve) => {
        thaw = resolve;
      });
    });
    await until(async () => (await one.db.meta.get('lease:sync')) !== undefined);
    expect(await alone(two.db, two.ports, 'sync', () => Promise.resolve(1))).toBeUndefined();
    two.clock.now += 91_000;
    expect(await alone(two.db, two.ports, 'sync', () => Promise.resolve(1))).toBe(1);
    thaw();
    await frozen;
  });

  test('an older answer that comes late does not turn the cursor back for good', async () => {
    const { server, one, two } = twoTabs();
    await one.commit(start('i1'));
    await one.sync();
    server.rows.put('signature', 's1', { id: 's1', inspection_id: 'i1' }, ['insp:i1']);
    await Promise.all([one.sync(), two.sync()]);
    server.rows.delete('signature', 's1');
    await Promise.all([one.sync(), two.sync()]);
    await one.sync();
    expect(await two.shown()).toEqual(two.expected());
  });
});

describe('two people on one device', () => {
  test('one neither sees nor sends the work of the other, who finds it again [fault 42]', async () => {
    const server = new ModelServer();
    const shared = { storage: freshStorage(), clock: new Clock(), locks: sharedLocks() };
    const first = new Phone(server, { ...shared, user: 'u1' });
    await first.commit(start('i1'));
    first.db.close();
    const second = new Phone(server, { ...shared, user: 'u2' });
    await second.sync();
    expect(await get(second.db, 'inspection', 'i1')).toBeUndefined();
    expect(server.state.effects.size).toBe(0);
    second.db.close();
    first.restart();
    await first.sync();
    expect(server.state.effects.size).toBe(1);
  });
});

describe('the loop', () => {
  test('sends two seconds after a write', async () => {
    const phone = new Phone(new ModelServer());
    const loop = loopOf(phone);
    await loop.now();
    const before = phone.requests.length;
    await phone.commit(start('i1'));
    await until(() => (phone.clock.next ?? 0) <= phone.clock.now + 2000);
    phone.clock.pass(1999);
    expect(phone.requests).toHaveLength(before);
    phone.clock.pass(1);
    await loop.settled();
    expect(phone.requests.length).toBeGreaterThan(before);
    expect(await countEntries(phone.db, 'queued')).toBe(0);
  });

  test('looks again every 90 seconds in sight, and not out of sight', async () => {
    const phone = new Phone(new ModelServer());
    let isVisible = true;
    const loop = loopOf(phone, () => isVisible);
    await loop.now();
    phone.clock.pass(90_000);
    await loop.settled();
    expect(phone.requests).toHaveLength(2);
    isVisible = false;
    phone.clock.pass(900_000);
    await loop.settled();
    expect(phone.requests).toHaveLength(2);
  });

  test('a failure waits; a person does not', async () => {
    const phone = new Phone(new ModelServer());
    const loop = loopOf(phone);
    phone.faults = [{ status: 503, body: { code: 'busy' }, headers: { 'Retry-After': '60' } }];
    await loop.now();
    loop.poke();
    phone.clock.pass(59_000);
    await loop.settled();
    expect(phone.requests).toHaveLength(1);
    expect(await readReport(phone.db)).toMatchObject({ state: 'paused', retryAt: phone.clock.now + 1000 });
    await loop.now();
    expect(phone.requests).toHaveLength(2);
    expect(await readReport(phone.db)).toMatchObject({ state: 'online', busy: false, retryAt: null });
  });

  test('a line that comes and goes for ten minutes costs few requests [fault 17]', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'));
    const loop = loopOf(phone);
    phone.faults = Array.from({ length: 500 }, () => 'lose-request' as const);
    await loop.now();
    for (let second = 0; second < 600; second += 3) {
      loop.poke();
      phone.clock.pass(3000);
      await loop.settled();
    }
    expect(phone.requests.length).toBeLessThan(15);
  });

  test('the status names what waits, since when, and what was refused', async () => {
    const server = new ModelServer();
    server.refusing.set('hazard.open', 'no');
    const phone = new Phone(server);
    await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
    expect(await readStatus(phone.db)).toMatchObject({ state: 'offline', pending: 2, photos: 0, refused: 0, oldestQueued: phone.clock.now });
    await phone.sync();
    expect(await readStatus(phone.db)).toMatchObject({ state: 'online', pending: 0, oldestQueued: null, lastSuccess: phone.clock.now });
  });
});
