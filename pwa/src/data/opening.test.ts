/** A storage that does not open is said in time, goes on by itself, and loses nothing. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watch } from 'vue';
import { Clock, freshStorage, Phone } from '../../tests/sync/phone';
import { ModelServer } from '../../tests/sync/model-server';
import { hazard } from '../../tests/sync/work';
import { probe } from '../sync/guard';
import { commit } from '../sync/outbox';
import { Database, databaseName } from './database';
import { storageNotice } from './notice';
import { SLOW_MS, STUCK_MS } from './opening';

const OLD_VERSION = 10;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets what is due in the database happen, without time going by. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 30; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

const phone = (): Phone => new Phone(new ModelServer(), { storage: freshStorage(), clock: new Clock() });

/** A window of the old version; a frozen one hears nothing, not even that it should let go. */
const oldWindow = ({ storage, user }: Phone): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = storage.indexedDB.open(databaseName(user), OLD_VERSION);
    request.onupgradeneeded = () => {
      const outbox = request.result.createObjectStore('outbox', { keyPath: 'id' });
      outbox.put({ id: 'kept', mid: 1, state: 'queued', touches: [], echo: 0 });
    };
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(new Error('not opened')); };
  });

const said = (): { readonly all: unknown[]; readonly stop: () => void } => {
  const all: unknown[] = [];
  return { all, stop: watch(storageNotice, (notice) => { all.push(notice); }, { flush: 'sync' }) };
};

describe('an old window that does not let go', () => {
  test('is named after three seconds, and after eight what to do; the work goes on by itself when it is closed [fault 28]', async () => {
    const at = phone();
    const old = await oldWindow(at);
    const { all, stop } = said();
    let isSaved = false;
    const saved = commit(at.db, [hazard('h1')]).then(() => { isSaved = true; });
    await turns();
    vi.advanceTimersByTime(SLOW_MS - 1);
    expect(all).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(all).toEqual(['blocked']);
    vi.advanceTimersByTime(STUCK_MS - SLOW_MS);
    expect(all).toEqual(['blocked', 'stuck']);
    await turns();
    expect(isSaved).toBe(false);
    old.close();
    await saved;
    await turns();
    stop();
    expect(all).toEqual(['blocked', 'stuck', null]);
    expect(await at.db.outbox.count()).toBe(2);
    expect(await at.db.outbox.get('kept')).toBeDefined();
    at.db.close();
  });

  test('but lets go in good time is not worth a word', async () => {
    const at = phone();
    const old = await oldWindow(at);
    const { all, stop } = said();
    const saved = commit(at.db, [hazard('h1')]);
    await turns();
    vi.advanceTimersByTime(SLOW_MS - 1);
    old.close();
    await saved;
    vi.advanceTimersByTime(STUCK_MS);
    stop();
    expect(all).toEqual([]);
    at.db.close();
  });
});

describe('a storage that does not answer at all', () => {
  /** A phone of which `open` is answered only when the test says so: what a frozen old window does in Chromium. */
  const hanging = (): { readonly at: Phone; readonly asked: () => number; readonly answer: () => void } => {
    const at = phone();
    const waiting: (() => void)[] = [];
    const real = at.storage.indexedDB;
    let asked = 0;
    const open: IDBFactory['open'] = (name, version) => {
      asked += 1;
      const held = new EventTarget();
      waiting.push(() => {
        const request = real.open(name, version);
        for (const kind of ['upgradeneeded', 'success', 'error'] as const) {
          request.addEventListener(kind, (event) => {
            Object.assign(held, kind === 'error' ? {} : { result: request.result, transaction: request.transaction });
            (Reflect.get(held, `on${kind}`) as ((event: Event) => void) | undefined)?.(event);
          });
        }
      });
      return held as IDBOpenDBRequest;
    };
    const storage = { ...at.storage, indexedDB: new Proxy(real, { get: (of, key) => (key === 'open' ? open : Reflect.get(of, key)) as unknown }) };
    at.db.close();
    at.db = new Database(at.user, { ...at.env, storage });
    return { at, asked: () => asked, answer: () => { for (const go of waiting.splice(0)) go(); } };
  };

  test('is said after three seconds and more clearly after eight, and what was tapped is saved once it does [fault 28]', async () => {
    const { at, answer } = hanging();
    const { all, stop } = said();
    const saved = commit(at.db, [hazard('h1')]);
    await turns();
    vi.advanceTimersByTime(STUCK_MS);
    expect(all).toEqual(['slow', 'stuck']);
    answer();
    expect(await saved).toHaveLength(1);
    await turns();
    stop();
    expect(all).toEqual(['slow', 'stuck', null]);
    expect(await at.db.outbox.count()).toBe(1);
    at.db.close();
  });

  test('is not asked once more by each look at the window, and is waited for since its first try', async () => {
    const { at, asked, answer } = hanging();
    const { all, stop } = said();
    const saved = commit(at.db, [hazard('h1')]);
    await turns();
    const looks = [0, 1].map(() => probe(at.db));
    vi.advanceTimersByTime(SLOW_MS);
    await turns();
    vi.advanceTimersByTime(STUCK_MS - SLOW_MS);
    expect(all).toEqual(['slow', 'stuck']);
    expect(asked()).toBe(1);
    answer();
    await saved;
    await Promise.all(looks);
    await turns();
    stop();
    expect(storageNotice.value).toBeNull();
    at.db.close();
  });
});
