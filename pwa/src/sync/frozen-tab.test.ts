/** A tab that the system froze with its hands full, and what it does when it thaws after another one took its place. */
import { describe, expect, test } from 'vitest';
import type { World } from '../../tests/sync/history';
import { check, quiet } from '../../tests/sync/invariants';
import { ModelServer } from '../../tests/sync/model-server';
import { Clock, freshStorage, Phone, sharedLocks } from '../../tests/sync/phone';
import { answer, hazard, start } from '../../tests/sync/work';
import { readMeta } from '../data/database';
import { countEntries } from '../data/unsent';
import { alone } from './lease';
import { standing } from './scopes';

/** Where it is caught: with a push in its hands, or with the answer to one. */
const CAUGHT = { 'not yet sent': 1, 'answered, the answer not yet applied': 2 } as const;
const LEASE_OVER_MS = 91_000;

interface Tabs extends World {
  readonly frozen: Phone;
  readonly other: Phone;
}

const tabs = (): Tabs => {
  const server = new ModelServer();
  server.grant('u1', 'region:unit-1');
  const clock = new Clock();
  const shared = { storage: freshStorage(), clock, locks: sharedLocks() };
  const [frozen, other] = [new Phone(server, shared), new Phone(server, shared)];
  return { server, clock, phones: [frozen, other], frozen, other, said: [], freed: new Set(), counts: new Map(), gone: new Set(), backup: server.backup(), made: 0 };
};

const say = async (world: Tabs, phone: Phone, ...what: Parameters<Phone['commit']>): Promise<void> => {
  for (const id of await phone.commit(...what)) world.said.push({ phone, id });
};

const syncAlone = (phone: Phone): Promise<unknown> => alone(phone.db, phone.ports, 'sync', () => phone.sync());

/** Freezes the tab at its n-th step of a round trip; what it returns thaws it and waits until it is through. */
const freeze = async (world: Tabs, step: number): Promise<() => Promise<unknown>> => {
  let thaw: () => void = () => undefined;
  const caught = new Promise<void>((reached) => {
    let steps = 0;
    world.frozen.gate = async () => {
      steps += 1;
      if (steps !== step) return;
      reached();
      await new Promise<void>((go) => { thaw = go; });
    };
  });
  const running = syncAlone(world.frozen);
  await caught;
  return () => {
    thaw();
    return running;
  };
};

const queueOf = async (phone: Phone): Promise<unknown> =>
  (await phone.db.outbox.toArray()).map(({ id, mid, state }) => ({ id, mid, state })).sort((a, b) => a.mid - b.mid);

describe.each(Object.entries(CAUGHT))('%s', (_, step) => {
  test('the tab that steals sends the same, and more; what the thawed one brings late changes nothing [fault 40]', async () => {
    const world = tabs();
    const { server, frozen, other } = world;
    await say(world, frozen, start('i1'), answer('i1', 'a', 'pass'));
    const thaw = await freeze(world, step);
    expect(await syncAlone(other)).toBeUndefined();
    world.clock.now += LEASE_OVER_MS;
    await say(world, other, answer('i1', 'a', 'fail'), hazard('h1'));
    expect(await syncAlone(other)).toMatchObject({ ok: true });
    server.rows.put('signature', 's1', { id: 's1', inspection_id: 'i1' }, ['insp:i1']);
    await syncAlone(other);
    const before = [await queueOf(other), await standing(other.db), await readMeta(other.db, 'client'), await other.shown()];
    const [late, changes] = [frozen.requests.length, [] as unknown[]];
    frozen.db.outbox.hook('updating', (change) => { changes.push(change); });
    await thaw();
    expect(changes).toEqual([]);
    expect([await queueOf(other), await standing(other.db), await readMeta(other.db, 'client'), await other.shown()]).toEqual(before);
    // The push that it held goes out as a repeat; nothing that was settled meanwhile is told once more.
    expect(frozen.requests.slice(late).flatMap(({ push }) => push)).toMatchObject(step === 1 ? [{ mid: 1 }, { mid: 2 }] : []);
    await quiet(world);
    await check(world);
    expect([...server.state.effects.values()]).toEqual([1, 1, 1, 1]);
    for (const phone of world.phones) phone.db.close();
  });

  test('what was closed to the device meanwhile does not come back with it [faults 40, 45]', async () => {
    const world = tabs();
    const { frozen, other } = world;
    await say(world, frozen, start('i1'), hazard('h1'));
    const thaw = await freeze(world, step);
    world.clock.now += LEASE_OVER_MS;
    const shut = { status: 403, body: { code: 'device-revoked' } };
    other.faults = [shut];
    await syncAlone(other);
    expect(await readMeta(other.db, 'shut')).toBeDefined();
    frozen.faults = [shut];
    await thaw();
    expect([...(await other.shown())]).toEqual([]);
    expect(await readMeta(other.db, 'shut')).toBeDefined();
    expect(await countEntries(other.db, 'queued')).toBe(2);
    // Let in again, it goes on as if nothing had been.
    await quiet(world);
    await check(world);
    expect([...world.server.state.effects.values()]).toEqual([1, 1]);
    for (const phone of world.phones) phone.db.close();
  });
});
