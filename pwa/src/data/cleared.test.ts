/** A browser that throws everything away, under the open app or between two starts. */
import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clock, freshStorage, sharedLocks } from '../../tests/sync/phone';
import { start } from '../../tests/sync/work';
import { commit } from '../sync/outbox';
import { useApiPorts } from './api';
import type { Storage } from './env';
import { newId } from './ids';
import { SessionControl } from './session-core';

let storage: Storage;
let connections: IDBDatabase[];
/** How many of the next openings end as Chromium's do while it still clears: "The connection was closed." */
let refusals: number;
const opened: SessionControl[] = [];
const beside = new Map<string, string>();

/** The same databases; every connection that is made is remembered, so that it can be cut. */
const watched = (inner: Storage): Storage => {
  const open = inner.indexedDB.open.bind(inner.indexedDB);
  inner.indexedDB.open = (name, version) => {
    refusals -= 1;
    const asked = refusals >= 0 ? open(`none-${String(refusals)}`, version) : open(name, version);
    if (refusals >= 0) asked.addEventListener('upgradeneeded', () => asked.transaction?.abort());
    asked.addEventListener('success', () => connections.push(asked.result));
    return asked;
  };
  return inner;
};

/** A tab, or the app started again. */
const begin = async (): Promise<SessionControl> => {
  const clock = new Clock();
  const env = { now: () => clock.now, mono: () => 1, boot: newId(), tz: () => 0, id: () => newId(), storage };
  const control = new SessionControl({ env, locks: sharedLocks() });
  opened.push(control);
  await control.start();
  return control;
};

/** Connections are cut first, then the databases go, as browsers do it. */
const clear = async (): Promise<void> => {
  for (const { name } of await storage.indexedDB.databases()) {
    storage.indexedDB.deleteDatabase(name ?? '');
  }
  for (const connection of connections.splice(0)) forceCloseDatabase(connection as unknown as Parameters<typeof forceCloseDatabase>[0]);
};

const working = async (): Promise<SessionControl> => {
  const control = await begin();
  await control.login('anna', 'right');
  const { db } = control.session.value;
  if (db !== null) await commit(db, [start('i1')]);
  return control;
};

beforeEach(() => {
  connections = [];
  refusals = 0;
  storage = watched(freshStorage());
  beside.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => beside.get(key) ?? null,
    setItem: (key: string, value: string) => beside.set(key, value),
    removeItem: (key: string) => beside.delete(key),
  });
  const me = { user: { id: 'u1', username: 'anna', permissions: [] } };
  useApiPorts({ fetch: () => Promise.resolve(new Response(JSON.stringify(me), { headers: { 'Content-Type': 'application/json' } })) });
});

afterEach(() => {
  for (const control of opened.splice(0)) control.stop();
  vi.unstubAllGlobals();
});

test('under the open app: nobody goes on as if the work were there, and it is said [fault 25]', async () => {
  const control = await working();
  await clear();
  await vi.waitFor(() => { expect(control.session.value.state).toBe('out'); });
  expect(control.session.value).toMatchObject({ db: null, wasCleared: true });
});

test.each([1, 3])('under the open app, while %i openings are cut off by the clearing itself [fault 25]', async (times) => {
  const control = await working();
  refusals = times;
  await clear();
  await vi.waitFor(() => { expect(control.session.value.wasCleared).toBe(true); }, 5000);
});

test('between two starts: it is said until somebody logs in [fault 25]', async () => {
  (await working()).stop();
  await clear();
  expect((await begin()).session.value).toMatchObject({ state: 'out', wasCleared: true });
  const again = await begin();
  expect(again.session.value.wasCleared).toBe(true);
  await again.login('anna', 'right');
  expect(again.session.value).toMatchObject({ state: 'in', wasCleared: false });
  expect(await again.session.value.db?.outbox.count()).toBe(0);
});

test('everything at once, also what lies beside the databases: the open app still says so, and after a reload [fault 25]', async () => {
  const control = await working();
  beside.clear();
  await clear();
  await vi.waitFor(() => { expect(control.session.value.wasCleared).toBe(true); });
  control.stop();
  expect((await begin()).session.value.wasCleared).toBe(true);
});

test('a connection that the browser only dropped ends nothing [fault 27]', async () => {
  const control = await working();
  for (const connection of connections.splice(0)) forceCloseDatabase(connection as unknown as Parameters<typeof forceCloseDatabase>[0]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(control.session.value).toMatchObject({ state: 'in', wasCleared: false });
  expect(await control.session.value.db?.outbox.count()).toBe(1);
});

test('a first visit and a logout are no loss', async () => {
  const control = await begin();
  expect(control.session.value).toMatchObject({ state: 'out', wasCleared: false });
  await control.login('anna', 'right');
  await control.logout();
  expect(control.session.value).toMatchObject({ state: 'out', wasCleared: false });
  expect((await begin()).session.value.wasCleared).toBe(false);
});
