import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { get } from '../data/view';
import { checkScopes, fingerprint, fnv1a } from './digest';

test('the hash is the one that everybody knows', () => {
  expect(['', 'a', 'foobar', '门诊楼'].map((text) => fnv1a(text).toString(16))).toEqual(['811c9dc5', 'e40c292c', 'bf9cf968', '2d4d770b']);
});

test('a row that came past the feed is found, and its scope read anew', async () => {
  const server = new ModelServer();
  server.grant('u1', 'region:a');
  for (const id of ['l1', 'l2']) server.rows.put('location', id, { id, name: 'old' }, ['region:a']);
  const phone = new Phone(server);
  await phone.sync();
  const row = server.rows.get('location', 'l1');
  if (row !== undefined) Object.assign(row, { rv: 7, data: { id: 'l1', name: 'new' } });
  const told: Record<string, unknown>[] = [];
  const ports = {
    ...phone.ports,
    fetch: (_path: unknown, init?: RequestInit) => {
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
      told.push(body);
      const state = body['scope'] === 'region:a' ? 'different' : 'equal';
      return Promise.resolve(new Response(JSON.stringify({ sync: 1, state }), { headers: { 'X-Sync': '1' } }));
    },
  };
  expect(await checkScopes(phone.db, ports)).toBe(true);
  await phone.sync();
  expect((await get(phone.db, 'location', 'l1'))?.name).toBe('new');
  const { count, xor } = { count: 2, xor: fnv1a('location\nl1\n1') ^ fnv1a('location\nl2\n1') };
  expect(told).toContainEqual(expect.objectContaining({ scope: 'region:a', count, xor_hash: (xor >>> 0).toString(16).padStart(8, '0') }));
  expect(await fingerprint(phone.db, 'region:a')).toMatchObject({ count: 2 });
  expect(await checkScopes(phone.db, ports)).toBe(false);
});
