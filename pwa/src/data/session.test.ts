import { afterEach, beforeEach, expect, test } from 'vitest';
import { Clock, freshStorage, sharedLocks } from '../../tests/sync/phone';
import { start } from '../../tests/sync/work';
import { commit } from '../sync/outbox';
import { useApiPorts } from './api';
import type { Env, Storage } from './env';
import { newId } from './ids';
import { SessionControl } from './session-core';

const PASSWORD = 'right';
const PEOPLE = new Map([
  ['anna', 'u1'],
  ['bo', 'u2'],
]);

interface Browser {
  readonly env: Env;
  readonly open: SessionControl[];
  cookie: string | null;
  line: boolean;
}

let browser: Browser;

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const answer = (path: string, body: Record<string, string>): Response => {
  if (path === '/api/auth/logout') {
    browser.cookie = null;
    return new Response(null, { status: 204 });
  }
  if (path === '/api/auth/login') {
    const id = PEOPLE.get(body['username'] ?? '');
    if (id === undefined || body['password'] !== PASSWORD) return json({ code: 'auth-wrong' }, 401);
    browser.cookie = id;
  }
  return browser.cookie === null
    ? json({ code: 'auth-unauthenticated' }, 401)
    : json({ user: { id: browser.cookie, username: [...PEOPLE].find(([, id]) => id === browser.cookie)?.[0], permissions: ['x'] } });
};

const envOf = (storage: Storage): Env => {
  const clock = new Clock();
  return { now: () => clock.now, mono: () => 1, boot: newId(), tz: () => 0, id: () => newId(), storage };
};

/** A tab, or the app started again. */
const open = async (): Promise<SessionControl> => {
  const control = new SessionControl({ env: browser.env, locks: sharedLocks() });
  browser.open.push(control);
  useApiPorts({ unauthenticated: () => { control.expire(); } });
  await control.start();
  return control;
};

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let i = 0; i < 1500 && !isTrue(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
};

beforeEach(() => {
  browser = { env: envOf(freshStorage()), open: [], cookie: null, line: true };
  useApiPorts({
    fetch: (path, init) =>
      browser.line
        ? Promise.resolve(answer(String(path), typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, string>) : {}))
        : Promise.reject(new TypeError('network')),
  });
});

afterEach(() => {
  for (const control of browser.open) control.stop();
});

test('a login opens the database of that person', async () => {
  const control = await open();
  expect(control.session.value.state).toBe('out');
  expect((await control.login('anna', PASSWORD)).ok).toBe(true);
  expect(control.session.value).toMatchObject({ state: 'in', needsLogin: false });
  expect(control.session.value.db?.name).toBe('anxun-u1');
});

test('a wrong password is a problem with a code, and no line is neither', async () => {
  const control = await open();
  expect(await control.login('anna', 'wrong')).toMatchObject({ ok: false, problem: { code: 'auth-wrong' } });
  browser.line = false;
  expect(await control.login('anna', PASSWORD)).toEqual({ ok: false, offline: true, portal: false });
  expect(control.session.value.state).toBe('out');
});

test('started again without a line, the last person goes on', async () => {
  await (await open()).login('anna', PASSWORD);
  browser.line = false;
  const again = await open();
  expect(again.session.value.me?.id).toBe('u1');
  expect(again.session.value.state).toBe('in');
});

test('after a change of person nothing of the first is in sight [fault 42]', async () => {
  const control = await open();
  await control.login('anna', PASSWORD);
  const { db } = control.session.value;
  if (db !== null) await commit(db, [start('i1')]);
  await control.logout();
  expect(control.session.value).toMatchObject({ state: 'out', me: null, db: null });
  await control.login('bo', PASSWORD);
  expect(await control.session.value.db?.overlay.count()).toBe(0);
  await control.logout();
  await control.login('anna', PASSWORD);
  expect(await control.session.value.db?.outbox.count()).toBe(1);
});

test('the server forgets the session: the work stays open and the password is asked for [fault 43]', async () => {
  const control = await open();
  await control.login('anna', PASSWORD);
  const { db } = control.session.value;
  browser.cookie = null;
  await control.refresh();
  expect(control.session.value).toMatchObject({ state: 'in', needsLogin: true });
  expect(control.session.value.db).toBe(db);
  expect((await control.relogin(PASSWORD)).ok).toBe(true);
  expect(control.session.value.needsLogin).toBe(false);
  expect(control.session.value.db).toBe(db);
});

test('another person is turned away at that prompt [fault 44]', async () => {
  const control = await open();
  await control.login('anna', PASSWORD);
  browser.cookie = null;
  await control.refresh();
  PEOPLE.set('anna', 'u2');
  expect(await control.relogin(PASSWORD)).toMatchObject({ ok: false, problem: { code: 'session-other-person' } });
  PEOPLE.set('anna', 'u1');
  expect(browser.cookie).toBeNull();
  expect(control.session.value).toMatchObject({ state: 'in', needsLogin: true });
  expect(control.session.value.me?.id).toBe('u1');
});

test('a cookie that belongs to somebody else stops the sending', async () => {
  const control = await open();
  await control.login('anna', PASSWORD);
  browser.cookie = 'u2';
  expect(await control.refresh()).toMatchObject({ ok: false, problem: { code: 'session-other-person' } });
  expect(control.session.value.needsLogin).toBe(true);
});

test('a logout in one tab ends the other, a login brings it back', async () => {
  const [one, two] = [await open(), await open()];
  await one.login('anna', PASSWORD);
  await until(() => two.session.value.state === 'in');
  expect(two.session.value.me?.id).toBe('u1');
  await one.logout();
  await until(() => two.session.value.state === 'out');
  expect(two.session.value.db).toBeNull();
});

test('a logout with nothing unsent leaves no rows on the disk, one with unsent work keeps all', async () => {
  const control = await open();
  await control.login('anna', PASSWORD);
  const row = { etype: 'unit', eid: 'x', parent: '', rv: 1, scopes: ['s'], gens: {}, data: { id: 'x' } };
  await control.session.value.db?.rows.put(row);
  await control.logout();
  await control.login('anna', PASSWORD);
  expect(await control.session.value.db?.rows.count()).toBe(0);
  await control.session.value.db?.rows.put(row);
  if (control.session.value.db !== null) await commit(control.session.value.db, [start('i1')]);
  await control.logout();
  await control.login('anna', PASSWORD);
  expect(await control.session.value.db?.rows.count()).toBe(1);
  expect(await control.knownUsers()).toHaveLength(1);
});
