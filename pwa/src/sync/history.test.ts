/**
 * Any history at all: writes, round trips that fail in every way, restarts, clones, restored servers, permissions that come
 * and go. When everything is quiet again, every phone shows what the server lets it see, and each command has had exactly one
 * effect or waits for a person.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Clock, Phone, type Fault } from '../../tests/sync/phone';
import { answer, comment, hazard, start, submit } from '../../tests/sync/work';

const RUNS = Number(process.env['HISTORIES'] ?? 60);
const STEPS = 30;
const FAULTS: readonly Fault[] = ['none', 'none', 'lose-request', 'lose-response', 'twice', 'cut', 'portal', 'timeout'];
const ITEMS = ['a', 'b', 'c'];
const RESULTS = ['pass', 'fail', 'na'];
const REGION = 'region:unit-1';

interface World {
  readonly server: ModelServer;
  readonly clock: Clock;
  readonly phones: Phone[];
  readonly said: { readonly phone: Phone; readonly id: string }[];
  backup: ReturnType<ModelServer['backup']>;
  hazards: number;
}

type Step =
  | { readonly do: 'answer'; readonly who: number; readonly item: number; readonly result: number }
  | { readonly do: 'hazard' | 'comment' | 'submit' | 'restart' | 'clone'; readonly who: number }
  | { readonly do: 'sync'; readonly who: number; readonly faults: readonly number[] }
  | { readonly do: 'grant' | 'revoke'; readonly who: number }
  | { readonly do: 'backup' | 'restore' | 'collect' | 'delete' }
  | { readonly do: 'pages'; readonly rows: number }
  | { readonly do: 'cut-batches'; readonly most: number };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), who, item: fc.nat(2), result: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('hazard' as const, 'comment' as const), who }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sync' as const), who, faults: fc.array(fc.nat(FAULTS.length - 1), { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'clone' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('submit' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('grant' as const, 'revoke' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('backup' as const, 'restore' as const, 'collect' as const, 'delete' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pages' as const), rows: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut-batches' as const), most: fc.integer({ min: 1, max: 3 }) }) },
);

const begin = async (): Promise<World> => {
  const server = new ModelServer();
  const clock = new Clock();
  const phones = [new Phone(server, { user: 'u1', clock }), new Phone(server, { user: 'u2', clock })];
  for (const user of ['u1', 'u2']) server.grant(user, REGION);
  const world: World = { server, clock, phones, said: [], backup: server.backup(), hazards: 0 };
  await say(world, 0, start('i1', ['u2']));
  await phoneOf(world, 0).sync();
  return { ...world, backup: server.backup() };
};

const phoneOf = (world: World, who: number): Phone => {
  const phone = world.phones[who % world.phones.length];
  if (phone === undefined) throw new Error('no phone');
  return phone;
};

const say = async (world: World, who: number, ...what: Parameters<Phone['commit']>): Promise<void> => {
  const phone = phoneOf(world, who);
  for (const id of await phone.commit(...what)) world.said.push({ phone, id });
};

const clone = async (world: World, who: number): Promise<void> => {
  if (world.phones.length > 3) return;
  const phone = phoneOf(world, who);
  const twin = new Phone(world.server, { user: phone.user, clock: world.clock });
  for (const table of phone.db.tables) await twin.db.table(table.name).bulkPut(await table.toArray());
  world.phones.push(twin);
};

const onServer = (world: World, what: 'backup' | 'restore' | 'collect' | 'delete'): void => {
  const { server } = world;
  if (what === 'backup') world.backup = server.backup();
  if (what === 'restore') server.restore(world.backup);
  if (what === 'collect') server.rows.collect();
  const first = [...server.rows.rows.values()].find((row) => row.etype === 'hazard');
  if (what === 'delete' && first !== undefined) server.rows.delete(first.etype, first.eid);
};

const write = async (world: World, one: Step & { who: number }): Promise<void> => {
  if (one.do === 'answer') await say(world, one.who, answer('i1', ITEMS[one.item] ?? 'a', RESULTS[one.result] ?? 'pass'));
  if (one.do === 'submit') await say(world, one.who, submit('i1'));
  if (one.do === 'comment') await say(world, one.who, comment(`h${String(world.hazards)}`, 'seen'));
  if (one.do !== 'hazard') return;
  world.hazards += 1;
  await say(world, one.who, hazard(`h${String(world.hazards)}`));
};

const handle = async (world: World, one: Step & { who: number }): Promise<void> => {
  const phone = phoneOf(world, one.who);
  if (one.do === 'restart') phone.restart();
  if (one.do === 'clone') await clone(world, one.who);
  if (one.do === 'grant') world.server.grant(phone.user, REGION);
  if (one.do === 'revoke') world.server.grants.get(phone.user)?.delete(REGION);
  if (one.do !== 'sync') return;
  await phone.sync(...one.faults.map((fault) => FAULTS[fault] ?? 'none'));
  phone.faults = [];
};

const play = async (world: World, one: Step): Promise<void> => {
  world.clock.now += 1000;
  if (one.do === 'pages') world.server.pageRows = one.rows;
  else if (one.do === 'cut-batches') world.server.atMost = one.most;
  else if ('who' in one) {
    await write(world, one);
    await handle(world, one);
  } else onServer(world, one.do);
};

const quiet = async (world: World): Promise<void> => {
  world.server.atMost = 100;
  for (let round = 0; round < 4; round += 1) {
    for (const phone of world.phones) expect(await phone.sync()).toMatchObject({ ok: true });
  }
};

const check = async (world: World): Promise<void> => {
  for (const phone of world.phones) {
    expect(await phone.shown()).toEqual(phone.expected());
    expect(await phone.db.outbox.where('[state+mid]').between(['queued', 0], ['queued', Infinity]).count()).toBe(0);
  }
  for (const { phone, id } of world.said) {
    const entry = await phone.db.outbox.get(id);
    const effects = world.server.state.effects.get(id) ?? 0;
    expect([id, effects, entry?.state]).toEqual([id, entry?.state === 'refused' ? 0 : 1, entry?.state]);
    expect(['done', 'refused']).toContain(entry?.state);
  }
};

test(
  'nothing is lost, nothing counts twice, all see the same',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: STEPS }), async (steps) => {
        const world = await begin();
        try {
          for (const one of steps) await play(world, one);
          await quiet(world);
          await check(world);
        } finally {
          for (const phone of world.phones) phone.db.close();
        }
      }),
      { numRuns: RUNS, endOnFailure: false, interruptAfterTimeLimit: RUNS * 1000 },
    );
  },
  RUNS * 1500,
);
