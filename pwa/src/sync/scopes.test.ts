/** What comes down: deltas, snapshots, revoked scopes, and every way of being interrupted. */
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, start } from '../../tests/sync/work';
import { all, children, get, prefixed } from '../data/view';
import { readStatus } from './status';

const place = (server: ModelServer, eid: string, name: string, ...scopes: string[]): void => {
  server.rows.put('location', eid, { id: eid, unit_id: 'unit-1', name, attributes: [] }, scopes);
};

const filled = (rows: number): { server: ModelServer; phone: Phone } => {
  const server = new ModelServer();
  server.grant('u1', 'region:r1');
  for (let i = 0; i < rows; i += 1) place(server, `l${String(i).padStart(5, '0')}`, `place ${String(i)}`, 'region:r1');
  return { server, phone: new Phone(server) };
};

test('a first sync of many pages ends with all rows, whole', async () => {
  const { server, phone } = filled(250);
  server.pageRows = 100;
  expect((await phone.sync()).ok).toBe(true);
  expect(phone.requests).toHaveLength(3);
  expect(await phone.shown()).toEqual(phone.expected());
  expect((await readStatus(phone.db)).complete).toBe(true);
  expect(server.rows.rows.size).toBe(250);
});

test('a snapshot killed at any page goes on behind it, and sweeps only at the end [fault 22]', async () => {
  const { server, phone } = filled(70);
  await phone.sync();
  server.rows.delete('location', 'l00005');
  server.rows.collect();
  server.pageRows = 10;
  place(server, 'l00070', 'new', 'region:r1');
  server.rows.collect();
  for (let kill = 0; kill < 6; kill += 1) {
    await phone.sync('none', 'lose-request');
    expect(await get(phone.db, 'location', 'l00005')).toBeDefined();
    expect((await readStatus(phone.db)).complete).toBe(false);
    phone.restart();
  }
  await phone.sync();
  expect(await get(phone.db, 'location', 'l00005')).toBeUndefined();
  expect(await phone.shown()).toEqual(phone.expected());
  const pulls = phone.requests.map((request) => (request as unknown as { pull: { resume: string | null } }).pull.resume);
  expect(new Set(pulls.filter((resume) => resume !== null)).size).toBe(6);
});

test('a busy server in the middle of paging: the next round goes on at the stored page, without holes and repeats [fault 12]', async () => {
  const { server, phone } = filled(50);
  server.pageRows = 10;
  const busy = { status: 503, body: { code: 'unavailable' }, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '2' } };
  expect(await phone.sync('none', 'none', busy)).toMatchObject({ ok: false, state: 'paused' });
  const held = await phone.db.rows.count();
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(50);
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
  const asked = phone.requests.map((request) => (request as unknown as { pull: { resume: string | null } }).pull.resume);
  expect(asked.filter((resume, i) => asked.indexOf(resume) !== i)).toEqual([asked[2]]);
});

test('a page and its cursor are one: a crash between them is no state at all [fault 21]', async () => {
  const { phone } = filled(30);
  phone.db.scopes.put = (() => Promise.reject(new Error('killed'))) as never;
  await expect(phone.sync()).rejects.toThrow('killed');
  expect(await phone.db.rows.count()).toBe(0);
  expect(await phone.db.scopes.count()).toBe(0);
  phone.restart();
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
});

test('a revoked scope leaves the phone at the next pull [fault 64]', async () => {
  const { server, phone } = filled(3);
  await phone.sync();
  server.grants.clear();
  await phone.sync();
  expect(await phone.db.rows.count()).toBe(0);
  expect(await phone.db.scopes.get('region:r1')).toBeUndefined();
});

test.each([
  ['only the old one', ['region:a'], false],
  ['only the new one', ['region:b'], true],
  ['both', ['region:a', 'region:b'], true],
])('a row moves between scopes; the person sees %s [fault 66]', async (_name, scopes, isSeen) => {
  const server = new ModelServer();
  server.grant('u1', ...scopes);
  place(server, 'l1', 'here', 'region:a');
  place(server, 'l2', 'stays', 'region:a');
  place(server, 'l3', 'stays', 'region:b');
  const phone = new Phone(server);
  await phone.sync();
  place(server, 'l1', 'there', 'region:b');
  await phone.sync();
  expect((await get(phone.db, 'location', 'l1'))?.name).toBe(isSeen ? 'there' : undefined);
  expect(await phone.shown()).toEqual(phone.expected());
});

test('cursor reset and permission lost at once [fault 67]', async () => {
  const { server, phone } = filled(5);
  await phone.sync();
  await phone.db.scopes.toCollection().modify({ cursor: null });
  server.grants.clear();
  await phone.sync();
  expect(await phone.db.rows.count()).toBe(0);
});

test('a row of two scopes stays until both are gone [fault 68]', async () => {
  const server = new ModelServer();
  server.grant('u1', 'region:a', 'region:b');
  place(server, 'l1', 'both', 'region:a', 'region:b');
  const phone = new Phone(server);
  await phone.sync();
  server.grants.set('u1', new Set(['region:b']));
  await phone.sync();
  expect(await get(phone.db, 'location', 'l1')).toBeDefined();
  server.grants.clear();
  await phone.sync();
  expect(await get(phone.db, 'location', 'l1')).toBeUndefined();
});

test('a cursor from the future gets a snapshot [fault 71]', async () => {
  const { phone } = filled(5);
  await phone.sync();
  await phone.db.scopes.toCollection().modify({ cursor: [999_999, 'x'] });
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
});

test('a phone behind the horizon gets a snapshot and keeps its own pending work [fault 75]', async () => {
  const { server, phone } = filled(5);
  await phone.sync();
  await phone.commit(start('i1'));
  server.rows.delete('location', 'l00001');
  place(server, 'l00009', 'new', 'region:r1');
  server.rows.collect();
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
  expect(server.rows.get('inspection', 'i1')).toBeDefined();
});

test('deleted and made again under the same id [fault 77]', async () => {
  const { server, phone } = filled(2);
  await phone.sync();
  server.rows.delete('location', 'l00000');
  await phone.sync();
  place(server, 'l00000', 'again', 'region:r1');
  await phone.sync();
  expect((await get(phone.db, 'location', 'l00000'))?.name).toBe('again');
});

test('tombstones collected while a snapshot is under way: it starts again and ends right [fault 78]', async () => {
  const { server, phone } = filled(40);
  server.pageRows = 10;
  await phone.sync('none', 'lose-request');
  server.rows.delete('location', 'l00003');
  server.rows.collect();
  await phone.sync();
  expect(await phone.shown()).toEqual(phone.expected());
});

test('a late page does not undo a newer row', async () => {
  const server = new ModelServer();
  server.grant('u1', 'region:a', 'region:b');
  place(server, 'l1', 'old', 'region:a', 'region:b');
  const phone = new Phone(server);
  await phone.sync();
  await phone.db.rows.update(['location', 'l1'], { rv: 50, data: { id: 'l1', name: 'newest' } });
  place(server, 'l1', 'newer', 'region:a', 'region:b');
  await phone.sync();
  expect((await get(phone.db, 'location', 'l1'))?.name).toBe('newest');
});

test('an answer is shown through all pages until its own row has come', async () => {
  const { server, phone } = filled(50);
  await phone.commit(start('i1'), answer('i1', 'a', 'fail'));
  server.pageRows = 10;
  const seen: unknown[] = [];
  server.scopesOf = (user) => ['region:r1', `user:${user}`, 'insp:i1'];
  for (let i = 0; i < 7; i += 1) {
    await phone.sync('none', 'lose-request');
    seen.push((await get(phone.db, 'answer', 'i1||a'))?.fields['result']?.v);
  }
  expect(seen).toEqual(Array.from({ length: 7 }, () => 'fail'));
  await phone.sync();
  expect(await phone.db.overlay.count()).toBe(0);
});

test('kinds and fields of a newer server are kept and do no harm', async () => {
  const server = new ModelServer();
  server.grant('u1', 'region:r1');
  server.rows.put('permit', 'p1', { id: 'p1', deep: { a: [1] } }, ['region:r1']);
  server.rows.put('unit', 'x', { id: 'x', name: 7, tier: 'star', attributes: 'none', novel: true }, ['region:r1']);
  const phone = new Phone(server);
  await phone.sync();
  expect(await get(phone.db, 'unit', 'x')).toMatchObject({ name: '', tier: 'star', attributes: [], beds: null });
  expect(await phone.shown()).toEqual(phone.expected());
});

test('rows are found by parent and by the beginning of their id, with pending work laid over', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'), answer('i1', 'a', 'pass', 'p1'), answer('i1', 'b', 'pass', 'p2'));
  await phone.sync();
  await phone.commit(answer('i1', 'a', 'fail', 'p1'), answer('i1', 'c', 'na', 'p1'));
  const [whole, one] = [await children(phone.db, 'answer', 'i1'), await prefixed(phone.db, 'answer', 'i1|p1|')];
  expect(whole).toHaveLength(3);
  expect(one.map((row) => [row.item_key, row.fields['result']?.v])).toEqual([
    ['a', 'fail'],
    ['c', 'na'],
  ]);
  expect(await all(phone.db, 'inspection')).toHaveLength(1);
});
