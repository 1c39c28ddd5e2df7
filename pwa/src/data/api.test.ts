import { describe, expect, test } from 'vitest';
import { getJson, nothing, page, patchJson, postJson, useApiPorts, withQuery } from './api';
import { BadJson, parseJson } from './json';
import { newId } from './ids';
import { parseProblem } from './problem';
import { number, record, text } from './shape';

const reply = (body: string, status = 200, type = 'application/json'): void => {
  useApiPorts({ fetch: () => Promise.resolve(new Response(status === 204 ? null : body, { status, headers: { 'Content-Type': type } })) });
};

const unit = record({ id: text, beds: number });

describe('a request', () => {
  test('yes', async () => {
    reply('{"items":[{"id":"a","beds":3}],"next":"c","total":9}');
    expect(await getJson('/api/units', page(unit))).toEqual({ ok: true, value: { items: [{ id: 'a', beds: 3 }], next: 'c', total: 9 } });
  });

  test('yes without words', async () => {
    reply('', 204);
    expect(await postJson('/api/x', {}, nothing)).toEqual({ ok: true, value: undefined });
  });

  test('no, with the reason', async () => {
    reply('{"code":"hazard-note-missing","title":"t","title_zh":"z","status":422,"state":"open"}', 422, 'application/problem+json');
    expect(await patchJson('/api/x', {}, nothing)).toMatchObject({
      ok: false,
      problem: { code: 'hazard-note-missing', status: 422, params: { state: 'open' } },
    });
  });

  test('nobody there', async () => {
    useApiPorts({ fetch: () => Promise.reject(new TypeError('network')) });
    expect(await getJson('/api/x', nothing)).toEqual({ ok: false, offline: true, portal: false });
  });

  test.each([
    ['a guest network', '<html>', 200, 'text/html', true],
    ['a proxy without its server', '<html>', 502, 'text/html', false],
  ])('%s is nobody, too', async (_name, body, status, type, portal) => {
    reply(body, status, type);
    expect(await getJson('/api/x', nothing)).toEqual({ ok: false, offline: true, portal });
  });

  test('a 401 is told to whoever keeps the session', async () => {
    let told = 0;
    useApiPorts({ unauthenticated: () => (told += 1) });
    reply('{"code":"auth-unauthenticated"}', 401);
    await getJson('/api/x', nothing);
    expect(told).toBe(1);
  });

  test('a query leaves out what is empty', () => {
    expect(withQuery('/api/hazards', { q: '', unit_id: 'u 1', open: true, cursor: null })).toBe('/api/hazards?unit_id=u+1&open=true');
  });
});

describe('JSON from outside', () => {
  test.each([
    '{"__proto__":{"x":1}}',
    '{"a":{"constructor":1}}',
    '{"\\u005f_proto__":1}',
    '[{"prototype":1}]',
    '{"a":1,"b":[1,{"c":1}],"a":2}',
    '{"a":NaN}',
    '{"a":1',
    '['.repeat(65) + ']'.repeat(65),
  ])('%s is refused', (source) => {
    expect(() => parseJson(source)).toThrow(BadJson);
  });

  test.each(['{"a":{"x":1},"b":{"x":1}}', '["a","a"]', '{"a":"constructor","b":"\\"a\\":"}', '"x"', '[[],{}]'])('%s is taken', (source) => {
    expect(parseJson(source)).toEqual(JSON.parse(source));
  });
});

test('what is no problem is none', () => {
  expect(parseProblem({ error: 'x' }, 500)).toBeNull();
  expect(parseProblem('x', 500)).toBeNull();
});

test('ids are version 7, sorted by the order of making, and distinct', () => {
  const ids = Array.from({ length: 5000 }, () => newId(1_795_000_000_000));
  expect(new Set(ids).size).toBe(5000);
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
