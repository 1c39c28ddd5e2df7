import { describe, expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, start, submit } from '../../tests/sync/work';
import { get } from '../data/view';
import { countEntries } from '../data/unsent';
import { readReport } from './report';
import { Runner } from './runner';

const effectsOf = (server: ModelServer, ids: readonly string[]): number[] =>
  ids.map((id) => server.state.effects.get(id) ?? 0);

const setUp = async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
  return { server, phone };
};

describe('a round trip', () => {
  test('sends what was saved and shows the same before and after', async () => {
    const { server, phone } = await setUp();
    const before = (await get(phone.db, 'answer', 'i1||a'))?.fields['result']?.v;
    const ended = await phone.sync();
    expect(ended.ok).toBe(true);
    expect(before).toBe('pass');
    expect((await get(phone.db, 'answer', 'i1||a'))?.fields['result']).toMatchObject({ v: 'pass', rev: 1 });
    expect(await phone.db.overlay.count()).toBe(0);
    expect(await phone.shown()).toEqual(phone.expected());
    expect(server.state.effects.size).toBe(2);
  });

  test('a response lost after the commit leads to a repeat with one effect [fault 1]', async () => {
    const { server, phone } = await setUp();
    const ids = (await phone.db.outbox.toArray()).map((entry) => entry.id);
    expect((await phone.sync('lose-response')).state).toBe('offline');
    expect(await countEntries(phone.db, 'queued')).toBe(2);
    expect((await phone.sync()).ok).toBe(true);
    expect(effectsOf(server, ids)).toEqual([1, 1]);
    expect(await phone.shown()).toEqual(phone.expected());
  });

  test('a proxy that loses the answer and speaks in its own name, after the commit: one effect [fault 13]', async () => {
    const { server, phone } = await setUp();
    expect((await phone.sync('bad-gateway')).state).toBe('offline');
    expect(server.state.effects.size).toBe(2);
    expect(await countEntries(phone.db, 'queued')).toBe(2);
    expect((await phone.sync()).ok).toBe(true);
    expect([...server.state.effects.values()]).toEqual([1, 1]);
  });

  test('a browser that believes itself off line is tried, one that believes itself on line is not believed [fault 18]', async () => {
    const { server, phone } = await setUp();
    const ports = { ...phone.ports, connection: () => ({ online: false, cellular: false }) };
    expect((await new Runner(phone.db, ports).run()).ok).toBe(true);
    expect(server.state.effects.size).toBe(2);
    await phone.commit(answer('i1', 'b', 'pass'));
    expect(phone.ports.connection().online).toBe(true);
    expect((await phone.sync('lose-request')).state).toBe('offline');
    expect((await readReport(phone.db)).state).toBe('offline');
    expect(await countEntries(phone.db, 'queued')).toBe(1);
  });

  test('a request lost before the server is applied once by the repeat [fault 2]', async () => {
    const { server, phone } = await setUp();
    await phone.sync('lose-request');
    await phone.sync();
    expect([...server.state.effects.values()]).toEqual([1, 1]);
  });

  test('a body cut on the way: nothing applied, the batch kept and sent again uncompressed [fault 3]', async () => {
    const { server, phone } = await setUp();
    const cut = { status: 422, body: { code: 'malformed', title: '' }, headers: { 'Content-Type': 'application/problem+json' } };
    await phone.sync(cut);
    expect(phone.requests[1]?.headers.get('Content-Encoding')).toBeNull();
    expect([...server.state.effects.values()]).toEqual([1, 1]);
    expect(await countEntries(phone.db, 'queued')).toBe(0);
  });

  test('the same request twice, also days later, changes nothing [fault 5]', async () => {
    const { server, phone } = await setUp();
    await phone.sync('twice');
    const old = phone.requests[0];
    await phone.commit(answer('i1', 'a', 'fail'));
    await phone.sync();
    server.exchange('u1', { ...(old as never as Parameters<ModelServer['exchange']>[1]), pull: null });
    await phone.sync();
    expect((await get(phone.db, 'answer', 'i1||a'))?.fields['result']?.v).toBe('fail');
    expect([...server.state.effects.values()]).toEqual([1, 1, 1]);
  });

  test('a gap that the server reports is filled from what was kept [fault 6]', async () => {
    const { server, phone } = await setUp();
    await phone.sync();
    await phone.commit(answer('i1', 'b', 'pass'));
    await phone.sync({ status: 409, body: { code: 'gap', last_mid: 0 } });
    expect(phone.requests.at(-1)?.push).toHaveLength(3);
    expect([...server.state.effects.values()]).toEqual([1, 1, 1]);
  });

  test('only what is named in the answer counts as sent [faults 7, 19]', async () => {
    const { server, phone } = await setUp();
    server.atMost = 1;
    await phone.sync('none', 'lose-request');
    expect(await countEntries(phone.db, 'queued')).toBe(1);
    server.atMost = 100;
    await phone.sync();
    expect([...server.state.effects.values()]).toEqual([1, 1]);
  });

  test.each([
    ['the sign-in page of a guest network [fault 8]', 'portal', 'portal'],
    ['its redirect [fault 9]', 'redirect', 'portal'],
    ['the JSON of another product [fault 15]', 'foreign-json', 'portal'],
    ['an answer cut short [fault 14]', 'cut', 'offline'],
    ['a proxy that lost its server', { status: 502, body: '<html>', headers: { 'Content-Type': 'text/html' } }, 'offline'],
  ] as const)('%s is not believed: queue and cursors stay', async (_name, fault, state) => {
    const { phone } = await setUp();
    await phone.sync();
    await phone.commit(answer('i1', 'b', 'pass'));
    const scopes = await phone.db.scopes.toArray();
    expect((await phone.sync(fault)).state).toBe(state);
    expect(await countEntries(phone.db, 'queued')).toBe(1);
    expect(await phone.db.scopes.toArray()).toEqual(scopes);
    expect((await readReport(phone.db)).state).toBe(state);
    expect((await phone.sync()).ok).toBe(true);
  });

  test('too much at once is halved; a single thing too big is taken out, and the rest goes [fault 10]', async () => {
    const { server, phone } = await setUp();
    const exchange = server.exchange.bind(server);
    server.exchange = (user, request) =>
      JSON.stringify(request.push).length > 70_000 ? { status: 413, body: { code: 'batch-too-large' } } : exchange(user, request);
    await phone.commit({ name: 'answer.set', args: { inspection: 'i1', target: '', item: 'z', set: { note: 'x'.repeat(70_000) } } });
    await phone.commit(answer('i1', 'c', 'pass'));
    await phone.sync();
    expect(await countEntries(phone.db, 'refused')).toBe(1);
    expect(await countEntries(phone.db, 'queued')).toBe(0);
    expect(server.rows.get('answer', 'i1||c')).toBeDefined();
    expect(await get(phone.db, 'answer', 'i1||z')).toBeUndefined();
  });

  test('a proxy that finds everything too big empties nothing [fault 10]', async () => {
    const { phone } = await setUp();
    const big = { status: 413, body: '<html>', headers: { 'Content-Type': 'text/html' } };
    await phone.sync(...Array.from({ length: 20 }, () => big));
    expect(await countEntries(phone.db, 'queued')).toBe(2);
    expect(await countEntries(phone.db, 'refused')).toBe(0);
  });

  test.each(['7', 'Sat, 21 Nov 2026 08:00:07 GMT'])('a waiting time of "%s" is kept [fault 11]', async (header) => {
    const { phone } = await setUp();
    const ended = await phone.sync({ status: 429, body: { code: 'too-many' }, headers: { 'Retry-After': header } });
    expect(ended).toMatchObject({ ok: false, state: 'paused', nextAt: phone.clock.now + 7000 });
    expect((await readReport(phone.db)).retryAt).toBe(phone.clock.now + 7000);
  });

  test('a line too slow for the batch gets smaller ones [fault 16]', async () => {
    const server = new ModelServer();
    const phone = new Phone(server);
    await phone.commit(start('i1'), ...Array.from({ length: 40 }, (_, i) => answer('i1', `a${String(i)}`, 'pass')));
    await phone.sync('timeout');
    await phone.sync('timeout');
    await phone.sync();
    expect(phone.requests.map((request) => request.push.length)).toEqual([41, 41, 25, 16]);
    expect(await countEntries(phone.db, 'queued')).toBe(0);
  });

  test('a failure backs off, from two seconds to five minutes [fault 17]', async () => {
    const { phone } = await setUp();
    const waits: number[] = [];
    for (let i = 0; i < 12; i += 1) waits.push((await phone.sync('lose-request')).nextAt - phone.clock.now);
    expect(waits[0]).toBe(2000);
    expect(waits.at(-1)).toBe(150_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
  });

  test('a session that ended offline keeps the queue and asks for the password [fault 43]', async () => {
    const { server, phone } = await setUp();
    phone.cookie = null;
    phone.clock.now += 9 * 86_400_000;
    expect((await phone.sync()).state).toBe('login');
    expect(phone.expired).toBe(1);
    expect(await countEntries(phone.db, 'queued')).toBe(2);
    phone.cookie = 'u1';
    await phone.sync();
    expect([...server.state.effects.values()]).toEqual([1, 1]);
  });

  test('with another person logged in, nothing of this queue is sent [fault 44]', async () => {
    const { server, phone } = await setUp();
    phone.cookie = 'u2';
    expect((await phone.sync()).state).toBe('login');
    expect(phone.requests).toHaveLength(0);
    expect(server.state.effects.size).toBe(0);
  });

  test('a device that was shut out keeps its work and pulls nothing [fault 45]', async () => {
    const { phone } = await setUp();
    const ended = await phone.sync({ status: 403, body: { code: 'device-revoked' } });
    expect(ended.state).toBe('paused');
    expect((await readReport(phone.db)).code).toBe('device-revoked');
    expect(await countEntries(phone.db, 'queued')).toBe(2);
  });

  test('a server too new for this app still takes its work [fault 82]', async () => {
    const { server, phone } = await setUp();
    const ended = await phone.sync({ status: 426, body: { code: 'app-too-old' } });
    expect(ended.ok).toBe(true);
    expect(server.state.effects.size).toBe(2);
    expect((await readReport(phone.db)).updateNeeded).toBe(true);
    expect((await get(phone.db, 'answer', 'i1||a'))?.fields['result']?.v).toBe('pass');
  });

  test('an unreadable command is found, taken out after three tries, and the others go', async () => {
    const { server, phone } = await setUp();
    await phone.commit(answer('i1', 'bad', 'pass'));
    await phone.commit(answer('i1', 'good', 'pass'));
    const exchange = server.exchange.bind(server);
    server.exchange = (user, request) =>
      JSON.stringify(request.push).includes('"bad"') ? { status: 422, body: { code: 'malformed' } } : exchange(user, request);
    for (let i = 0; i < 4; i += 1) await phone.sync();
    expect((await phone.db.outbox.where('[state+mid]').between(['refused', 0], ['refused', 9]).toArray()).map((one) => one.code)).toEqual(['malformed']);
    expect(server.rows.get('answer', 'i1||good')).toBeDefined();
    expect(await phone.shown()).toEqual(phone.expected());
  });

  test('the request names only what the protocol knows', async () => {
    const { phone } = await setUp();
    await phone.sync();
    expect(Object.keys(phone.requests[0] ?? {}).sort()).toEqual(
      ['app', 'boot', 'client', 'headers', 'p', 'photos', 'pull', 'push', 'queue', 'schema', 'sent_at', 'tz'].sort(),
    );
  });

  test('a submitted inspection refuses a late answer, which stays with its reason', async () => {
    const { server, phone } = await setUp();
    await phone.sync();
    const other = new Phone(server);
    await other.sync();
    await other.commit(submit('i1'));
    await other.sync();
    await phone.commit(answer('i1', 'late', 'fail'));
    expect(await get(phone.db, 'answer', 'i1||late')).toBeDefined();
    await phone.sync();
    expect(await get(phone.db, 'answer', 'i1||late')).toBeUndefined();
    expect(await countEntries(phone.db, 'refused')).toBe(1);
    expect(await phone.shown()).toEqual(phone.expected());
  });
});
