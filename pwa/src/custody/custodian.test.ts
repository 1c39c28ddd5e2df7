/** Chain and seals over the real outbox: what is signed holds, whatever happens on the way, and nothing stops the work. */
import fc from 'fast-check';
import { webcrypto } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { ModelCustody } from '../../tests/sync/model-custody';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone, type Fault, type PhoneOptions } from '../../tests/sync/phone';
import { answer, comment, start } from '../../tests/sync/work';
import { keepLinks, waiting } from './store';
import { countEntries } from '../data/unsent';
import { readClient } from '../sync/outbox';
import { withdraw } from '../sync/queue';
import { tie } from './chain';
import type { Subtle } from './layout';

const { subtle } = webcrypto as unknown as Crypto;
const signing = (server: ModelServer, options: PhoneOptions = {}): Phone => new Phone(server, { subtle, ...options });
const states = (server: ModelServer): string[] => server.custody?.states.map(({ state }) => state) ?? [];
const twin = async (phone: Phone): Promise<Phone> => {
  const made = signing(phone.server, { user: phone.user, clock: phone.clock });
  for (const table of phone.db.tables) await made.db.table(table.name).bulkPut(await table.toArray());
  return made;
};

afterEach(() => vi.restoreAllMocks());

test('every push is signed, and the server makes the same links', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  await phone.sync();
  for (const item of ['b', 'c']) {
    await phone.commit(answer('i1', item, 'fail'));
    await phone.sync();
  }
  expect(states(server)).toEqual(['ok', 'ok', 'ok']);
  const client = await readClient(phone.db);
  expect((await phone.db.meta.get('chain'))?.value).toMatchObject({ client: client.id, mid: 4 });
});

test('the key cannot be taken out of the browser', async () => {
  const phone = signing(new ModelServer());
  await phone.commit(start('i1'));
  await phone.sync();
  const [key] = await phone.db.keys.toArray();
  expect(key?.registered).toBe(true);
  expect(key?.pair.privateKey.extractable).toBe(false);
  await expect(subtle.exportKey('pkcs8', key?.pair.privateKey as CryptoKey)).rejects.toThrow();
});

test('links are made in idle time and kept beside the commands', async () => {
  const phone = signing(new ModelServer());
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  await phone.ports.custody?.tie(phone.db);
  expect((await phone.db.outbox.toArray()).every(({ digest, link }) => digest !== undefined && link === undefined)).toBe(false);
  await phone.sync('lose-request', 'none');
  await phone.ports.custody?.tie(phone.db);
  expect((await phone.db.outbox.toArray()).map(({ digest }) => digest?.length)).toEqual([64, 64]);
});

test('words changed in the outbox after the commit break the seal and are sent all the same', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const [id] = await phone.commit(answer('i1', 'a', 'fail'));
  await tie(phone.db, subtle);
  await phone.db.outbox.update(id ?? '', { args: { inspection: 'i1', target: '', item: 'a', set: { result: 'pass' }, base: { result: 0 } } });
  await phone.sync();
  expect(states(server)).toEqual(['ok', 'broken']);
  expect(server.state.effects.get(id ?? '')).toBe(1);
  await phone.commit(answer('i1', 'b', 'pass'));
  await phone.sync();
  expect(states(server).at(-1)).toBe('ok');
});

test('a command dropped from the middle of the outbox breaks the seal', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'), answer('i1', 'b', 'fail'), answer('i1', 'c', 'pass'));
  await tie(phone.db, subtle);
  const entries = await waiting(phone.db);
  await phone.db.outbox.delete(entries[2]?.id ?? '');
  const last = entries[3];
  if (last?.link !== undefined) await phone.db.outbox.put({ ...last, mid: 3, link: { ...last.link, mid: 3 } });
  await phone.sync();
  expect(states(server)[0]).not.toBe('ok');
  expect(await countEntries(phone.db, 'queued')).toBe(0);
});

test('no WebCrypto: no seal, nothing else missing', async () => {
  const server = new ModelServer();
  const phone = signing(server, { subtle: null });
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  expect((await phone.sync()).ok).toBe(true);
  expect(states(server)).toEqual(['absent']);
  expect(await phone.shown()).toEqual(phone.expected());
});

const broken = (what: keyof Subtle): Subtle =>
  new Proxy(subtle, {
    get: (target, name) =>
      name === what
        ? () => Promise.reject(new DOMException('not here', 'NotSupportedError'))
        : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target),
  });

test.each(['digest', 'sign', 'generateKey', 'exportKey'] as const)('a browser whose %s fails sends without a seal', async (what) => {
  const server = new ModelServer();
  const phone = signing(server, { subtle: broken(what) });
  await phone.commit(start('i1'));
  expect((await phone.sync()).ok).toBe(true);
  expect(states(server)).toEqual(['absent']);
});

test('a browser that keeps no keys (private windows) sends without a seal', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  vi.spyOn(phone.db.keys, 'add').mockRejectedValue(new DOMException('cannot clone', 'DataCloneError'));
  await phone.commit(start('i1'));
  expect((await phone.sync()).ok).toBe(true);
  expect(states(server)).toEqual(['absent']);
});

test('a server that knows no seals is sent none, once it has refused one', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'));
  await phone.sync();
  server.custody = null; // rolled back
  const take = server.exchange.bind(server);
  vi.spyOn(server, 'exchange').mockImplementation((user, request) =>
    request.seal === undefined ? take(user, request) : { status: 422, body: { code: 'malformed' } },
  );
  const [id] = await phone.commit(answer('i1', 'a', 'pass'));
  expect((await phone.sync()).ok).toBe(true);
  expect(server.state.effects.get(id ?? '')).toBe(1);
});

test('a server without the address for keys is never sent a seal', async () => {
  const server = new ModelServer();
  server.custody = null;
  const phone = signing(server);
  await phone.commit(start('i1'));
  await phone.sync();
  expect(phone.requests.every((request) => !('seal' in request))).toBe(true);
});

test('a key that the server has forgotten is told again', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'));
  await phone.sync();
  server.custody?.keys.clear();
  for (const item of ['a', 'b']) {
    await phone.commit(answer('i1', item, 'pass'));
    await phone.sync();
  }
  expect(states(server)).toEqual(['ok', 'unknown-key', 'ok']);
});

test('an upgraded phone that has forgotten its first commands goes on from the server’s end', async () => {
  const server = new ModelServer();
  const old = new Phone(server);
  await old.commit(start('i1'), answer('i1', 'a', 'pass'));
  await old.sync();
  expect(states(server)).toEqual(['absent']);
  await old.db.outbox.clear(); // more than thirty days ago
  const phone = signing(server, { storage: old.storage, clock: old.clock });
  await phone.commit(answer('i1', 'b', 'pass'));
  await phone.sync();
  expect(states(server)).toEqual(['absent', 'ok']);
});

test('an upgraded phone with a full queue ties it from the first on', async () => {
  const server = new ModelServer();
  const old = new Phone(server);
  await old.commit(start('i1'), answer('i1', 'a', 'pass'), comment('h', 'n'));
  const phone = signing(server, { storage: old.storage, clock: old.clock });
  await phone.sync();
  expect(states(server)).toEqual(['ok']);
});

test('a cloned phone begins a new chain with a key of its own [faults 35, 36]', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  await phone.sync();
  const other = await twin(phone);
  await phone.commit(answer('i1', 'b', 'pass'));
  await other.commit(answer('i1', 'c', 'fail'));
  for (const one of [phone, other, phone, other]) await one.sync();
  expect(new Set(states(server))).toEqual(new Set(['ok']));
  const [mine, theirs] = await Promise.all([phone.db.keys.toArray(), other.db.keys.toArray()]);
  expect(theirs.map(({ client }) => client)).toHaveLength(2);
  expect(theirs.some(({ id }) => mine.every((key) => key.id !== id))).toBe(true);
});

test('a batch that the server’s clock cuts is signed again from where it was cut', async () => {
  const server = new ModelServer();
  server.atMost = 2;
  const phone = signing(server);
  await phone.commit(start('i1'), ...['a', 'b', 'c', 'd'].map((item) => answer('i1', item, 'pass')));
  await phone.sync();
  expect(states(server)).toEqual(['ok', 'ok', 'ok']);
});

test('a command taken out of the queue leaves a chain without a hole', async () => {
  const server = new ModelServer();
  const phone = signing(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const ids = await phone.commit(...['a', 'b', 'c'].map((item) => answer('i1', item, 'pass')));
  await tie(phone.db, subtle);
  await phone.db.transaction('rw', phone.db.tables, async () => {
    await withdraw(phone.db, ids[0] ?? '', 'too-large');
  });
  await phone.sync();
  expect(states(server)).toEqual(['ok', 'ok']);
});

test('links made while the phone numbered anew are not kept', async () => {
  const phone = signing(new ModelServer());
  await phone.commit(start('i1'));
  const [entry] = await phone.db.outbox.toArray();
  const link = { client: 'another', mid: 1, prev: '0'.repeat(64), value: '1'.repeat(64) };
  await keepLinks(phone.db, [{ id: entry?.id ?? '', mid: 1, digest: 'd'.repeat(64), link }]);
  expect((await phone.db.outbox.toArray())[0]?.link).toBeUndefined();
});

test('two tabs that make a key at once keep one', async () => {
  const server = new ModelServer();
  const first = signing(server);
  const second = signing(server, { storage: first.storage, clock: first.clock });
  await first.commit(start('i1'));
  const client = await readClient(first.db);
  await first.db.meta.put({ key: 'client', value: client });
  await Promise.all([first.ports.custody?.prepare(first.db), second.ports.custody?.prepare(second.db)]);
  expect(await first.db.keys.count()).toBe(1);
  await Promise.all([first.sync(), second.sync()]);
  expect(states(server)).toEqual(['ok']);
});

const faults: readonly Fault[] = ['lose-request', 'lose-response', 'twice', 'cut', 'portal', 'timeout'];
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), item: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('sync' as const), faults: fc.array(fc.constantFrom(...faults), { maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('tie' as const, 'restart' as const, 'backup' as const, 'restore' as const, 'clone' as const) }) },
  ),
  { maxLength: 16 },
);

type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

class World {
  readonly server = new ModelServer();
  readonly phones = [signing(this.server)];
  saved = this.server.backup();

  async play(step: Step, phone: Phone): Promise<void> {
    if (step.do === 'write') await phone.commit(answer('i1', step.item, 'pass'));
    else if (step.do === 'sync') await phone.sync(...step.faults);
    else if (step.do === 'tie') await phone.ports.custody?.tie(phone.db);
    else if (step.do === 'clone') await this.clone(phone);
    else this.simple(step.do, phone);
  }

  simple(what: 'restart' | 'backup' | 'restore', phone: Phone): void {
    if (what === 'restart') phone.restart();
    else if (what === 'backup') this.saved = this.server.backup();
    else this.server.restore(this.saved);
  }

  async clone(phone: Phone): Promise<void> {
    if (this.phones.length < 3) this.phones.push(await twin(phone));
  }

  async check(): Promise<void> {
    for (let round = 0; round < 4; round += 1) for (const phone of this.phones) await phone.sync();
    expect(states(this.server).filter((state) => state !== 'ok')).toEqual([]);
    for (const phone of this.phones) await this.compare(phone);
  }

  async compare(phone: Phone): Promise<void> {
    const { id } = await readClient(phone.db);
    const links = this.server.custody?.chains.get(id);
    for (const { link } of await phone.db.outbox.toArray()) {
      if (link?.client === id) expect(links?.get(link.mid)?.toString('hex')).toBe(link.value);
    }
  }
}

test('after any history all that the server took is signed, and both have one chain', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = new World();
      await world.phones[0]?.commit(start('i1'));
      for (const [i, step] of history.entries()) await world.play(step, world.phones[i % world.phones.length] as Phone);
      await world.check();
    }),
    // The copy of a copy tells under the first one's name what the first copy has told under its own.
    { numRuns: 60, examples: [[[{ do: 'clone' }, { do: 'write', item: 'a' }, { do: 'write', item: 'a' }, { do: 'clone' }]]] },
  );
}, 120_000);

test('the model tells a damaged seal', () => {
  const custody = new ModelCustody();
  const push = [{ id: 'm', mid: 1, name: 'n', at: 1, args: {} }];
  expect(custody.take('u1', 'c', push, { key: 'k', mid: 1, prev: '', head: '', sig: '' }, [0, 1])).toBe('broken');
});
