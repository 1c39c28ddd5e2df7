/** Who counts what: forks, clones, forgotten clients, restored servers. */
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, comment, hazard, start } from '../../tests/sync/work';
import { countEntries } from '../data/unsent';
import { readClient } from './outbox';
import { refusals } from './refusals';

const DAY = 86_400_000;

const clientOf = async (phone: Phone): Promise<string> => (await readClient(phone.db)).id;

/** A second phone from the first one's disk image. */
const clone = async (phone: Phone): Promise<Phone> => {
  const twin = new Phone(phone.server, { user: phone.user, clock: phone.clock });
  for (const table of phone.db.tables) await twin.db.table(table.name).bulkPut(await table.toArray());
  return twin;
};

const quiet = async (...phones: Phone[]): Promise<void> => {
  for (let round = 0; round < 3; round += 1) for (const phone of phones) await phone.sync();
};

test('two phones from one disk image both go on, every command with one effect [faults 35, 36]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const twin = await clone(phone);
  await phone.commit(answer('i1', 'a', 'pass'), answer('i1', 'b', 'pass'));
  await twin.commit(answer('i1', 'c', 'fail'));
  await quiet(phone, twin);
  expect(await clientOf(twin)).not.toBe(await clientOf(phone));
  expect([...server.state.effects.values()]).toEqual([1, 1, 1, 1]);
  expect(await phone.shown()).toEqual(phone.expected());
  expect(await twin.shown()).toEqual(twin.expected());
});

test('the fork keeps every id and leaves no gap in the new count', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  const ids = [...(await phone.commit(start('i1'))), ...(await phone.commit(answer('i1', 'a', 'pass')))];
  await phone.sync({ status: 409, body: { code: 'client_forked' } });
  const sent = phone.requests.at(-1)?.push as { id: string; mid: number }[];
  expect(sent.map(({ id, mid }) => [id, mid])).toEqual([
    [ids[0], 1],
    [ids[1], 2],
  ]);
  expect(phone.requests[0]?.client).not.toBe(phone.requests[1]?.client);
});

test('a server restored from yesterday is told again what it forgot [fault 72]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const backup = server.backup();
  await phone.commit(answer('i1', 'a', 'fail'));
  await phone.sync();
  const before = phone.expected();
  server.restore(backup);
  await phone.sync();
  expect(phone.expected()).toEqual(before);
  expect(await phone.shown()).toEqual(before);
  expect([...server.state.effects.values()]).toEqual([1, 1]);
});

test('what was refused comes up again only if nobody had dealt with it [fault 72]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.sync();
  const backup = server.backup();
  server.refusing.set('hazard.comment', 'no');
  await phone.commit(hazard('h1'), comment('h1', 'x'));
  await phone.sync();
  server.restore(backup);
  await quiet(phone);
  expect(await refusals(phone.db)).toHaveLength(1);
  expect(await countEntries(phone.db, 'queued')).toBe(0);
});

test('a restored server that has overtaken the cursor is found out by its tags [fault 73]', async () => {
  const server = new ModelServer();
  const [phone, other] = [new Phone(server), new Phone(server, { user: 'u2' })];
  for (const one of [phone, other]) server.grant(one.user, 'region:unit-1');
  await quiet(phone, other);
  const backup = server.backup();
  await other.commit(hazard('h1'));
  await quiet(other, phone);
  server.restore(backup);
  other.db.close();
  const third = new Phone(server, { user: 'u3' });
  await third.commit(hazard('h2'), hazard('h3'));
  await third.sync();
  await quiet(phone);
  expect(await phone.shown()).toEqual(phone.expected());
  expect(phone.expected().has('hazard h1')).toBe(false);
});

test('a restored row counts although its version is lower [fault 72]', async () => {
  const server = new ModelServer();
  server.grant('u1', 'region:a');
  const place = (name: string): void => {
    server.rows.put('location', 'l1', { id: 'l1', unit_id: 'unit-1', name }, ['region:a']);
  };
  place('first');
  const backup = server.backup();
  place('second');
  place('third');
  const phone = new Phone(server);
  await phone.sync();
  server.restore(backup);
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
});

test('restore and clone together lose nothing [fault 74]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const backup = server.backup();
  const twin = await clone(phone);
  await phone.commit(answer('i1', 'a', 'pass'));
  await phone.sync();
  await twin.commit(answer('i1', 'b', 'pass'));
  await twin.sync();
  server.restore(backup);
  await twin.commit(answer('i1', 'c', 'pass'));
  await quiet(twin, phone);
  expect([...server.rows.rows.keys()].filter((name) => name.startsWith('answer'))).toHaveLength(3);
  expect([...server.state.effects.values()].every((count) => count === 1)).toBe(true);
  expect(await phone.shown()).toEqual(phone.expected());
  expect(await twin.shown()).toEqual(twin.expected());
});

test('a restored server on which a clone filled the numbers first is told everything again [fault 74]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const twin = await clone(phone);
  const backup = server.backup();
  await phone.commit(answer('i1', 'a', 'pass'));
  await phone.sync();
  server.restore(backup);
  await twin.commit(answer('i1', 'b', 'fail'));
  await twin.sync();
  await phone.commit(answer('i1', 'c', 'pass'));
  await quiet(phone, twin);
  expect([...server.rows.rows.keys()].filter((name) => name.startsWith('answer'))).toHaveLength(3);
  expect([...server.state.effects.values()].every((count) => count === 1)).toBe(true);
});

test('a phone that has nothing more to send learns that a clone took its numbers on a restored server [fault 74]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  const twin = await clone(phone);
  const backup = server.backup();
  await phone.commit(answer('i1', 'a', 'pass'));
  await phone.sync();
  server.restore(backup);
  await twin.commit(answer('i1', 'b', 'fail'));
  await twin.sync();
  await quiet(phone, twin);
  expect([...server.rows.rows.keys()].filter((name) => name.startsWith('answer'))).toHaveLength(2);
  expect([...server.state.effects.values()].every((count) => count === 1)).toBe(true);
  expect(await clientOf(phone)).not.toBe(await clientOf(twin));
});

test('a forgotten client starts a new count, and nothing counts twice [fault 76]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  await phone.sync();
  server.state.clients.clear();
  await phone.commit(answer('i1', 'b', 'pass'));
  await phone.sync();
  expect([...server.state.effects.values()]).toEqual([1, 1, 1]);
  expect(await countEntries(phone.db, 'queued')).toBe(0);
});

test('a gap older than what was kept is bridged by a new count', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.sync();
  const backup = server.backup();
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  await phone.sync();
  await phone.db.outbox.clear();
  server.restore(backup);
  phone.clock.now += 40 * DAY;
  await phone.commit(hazard('h1'));
  await phone.sync();
  expect(server.rows.get('hazard', 'h1')).toBeDefined();
  expect(await countEntries(phone.db, 'queued')).toBe(0);
});

test("another person's client is refused and nothing is renumbered", async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  const before = await clientOf(phone);
  expect((await phone.sync({ status: 403, body: { code: 'client-not-yours' } })).state).toBe('paused');
  expect(await clientOf(phone)).toBe(phone.requests[0]?.client);
  expect(before).toBe(phone.requests[0]?.client);
});
