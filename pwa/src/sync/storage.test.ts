/** The phone's own disk: killed transactions, full storage, lost connections. */
import type { DBCore, DBCoreMutateRequest } from 'dexie';
import { IDBDatabase } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, photo, start } from '../../tests/sync/work';
import { readDraft, saveDraft } from '../data/drafts';
import { countEntries } from '../data/unsent';
import { get } from '../data/view';
import { isFull, StorageFailed, StorageFull } from './guard';
import { commit } from './outbox';
import { tidy } from './housekeeping';

const DAY = 86_400_000;

interface Fault {
  readonly table: string;
  readonly error: () => Error;
  times: number;
}

/** Makes writes to one table fail the way a browser fails them: the request errs and the transaction aborts. */
const breakWrites = (phone: Phone, table: string, error: () => Error, times: number): Fault => {
  const fault: Fault = { table, error, times };
  phone.db.use({
    stack: 'dbcore',
    name: 'fault',
    create: (core: DBCore): DBCore => ({
      ...core,
      table: (name) => {
        const inner = core.table(name);
        return {
          ...inner,
          mutate: (request: DBCoreMutateRequest) => {
            if (name !== fault.table || fault.times <= 0) return inner.mutate(request);
            fault.times -= 1;
            return Promise.reject(fault.error());
          },
        };
      },
    }),
  });
  // The stack of a database is built when it opens.
  phone.db.close({ disableAutoOpen: false });
  return fault;
};

const full = (): Error => new DOMException('no room', 'QuotaExceededError');
const lost = (): Error => new DOMException('Connection to Indexed Database server lost', 'UnknownError');

const nothingSaved = async (phone: Phone): Promise<void> => {
  expect(await phone.db.outbox.count()).toBe(0);
  expect(await phone.db.overlay.count()).toBe(0);
  expect(await phone.db.photos.count()).toBe(0);
};

const photoOf = (phone: Phone) => photo('p1', 'a'.repeat(64), new Blob(['bytes']), phone.user);

describe('saving', () => {
  test('is one transaction: effect, command, count', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
    expect((await phone.db.outbox.toArray()).map(({ mid, state }) => [mid, state])).toEqual([
      [1, 'queued'],
      [2, 'queued'],
    ]);
    expect(await get(phone.db, 'inspection', 'i1')).toMatchObject({ lead_id: 'u1', state: 'draft' });
  });

  test.each(['outbox', 'overlay', 'photos', 'meta'])('killed while writing %s: nothing is saved, and nobody was told so [fault 20]', async (table) => {
    const phone = new Phone(new ModelServer());
    breakWrites(phone, table, () => new Error('killed'), 9);
    await expect(phone.commit(photoOf(phone))).rejects.toThrow();
    phone.restart();
    await nothingSaved(phone);
  });

  test('takes the drafts that it completes along', async () => {
    const phone = new Phone(new ModelServer());
    await saveDraft(phone.db, 'hazard', { title: 'x' });
    await commit(phone.db, [start('i1')], { dropDrafts: ['hazard'] });
    expect(await readDraft(phone.db, 'hazard')).toBeUndefined();
  });

  test('names the unsent commands that it builds on', async () => {
    const phone = new Phone(new ModelServer());
    const [begun] = await phone.commit(start('i1'));
    const [said] = await phone.commit(answer('i1', 'a', 'pass'));
    expect((await phone.db.outbox.get(said ?? ''))?.causes).toEqual([begun]);
  });

  test('bases an answer on what the server has confirmed, not on what is still on its way', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'), answer('i1', 'a', 'pass'));
    await phone.sync();
    await phone.commit(answer('i1', 'a', 'fail'));
    await phone.commit(answer('i1', 'a', 'na'));
    const bases = (await phone.db.outbox.toArray()).filter((entry) => entry.name === 'answer.set').map((entry) => entry.args['base']);
    expect(bases).toEqual([{ result: 0 }, { result: 1 }, { result: 1 }]);
  });

  test('leaves out characters that no server takes', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'), {
      name: 'answer.set',
      args: { inspection: 'i1', target: '', item: 'a', set: { note: 'a\0b\uD83D c😀' } },
    });
    expect((await get(phone.db, 'answer', 'i1||a'))?.fields['note']?.v).toBe('ab\uFFFD c😀');
  });
});

describe('a full disk', () => {
  test('room is made from what can be had again, and the answer is saved [fault 23]', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'));
    await phone.sync();
    breakWrites(phone, 'outbox', full, 1);
    await phone.commit(answer('i1', 'a', 'fail'));
    expect((await get(phone.db, 'answer', 'i1||a'))?.fields['result']?.v).toBe('fail');
    expect(await countEntries(phone.db, 'done')).toBe(0);
  });

  test('with nothing to give back the person is told, and nothing is half saved [fault 23]', async () => {
    const phone = new Phone(new ModelServer());
    breakWrites(phone, 'outbox', full, 9);
    await expect(phone.commit(start('i1'))).rejects.toBeInstanceOf(StorageFull);
    await nothingSaved(phone);
  });

  test('a photo without room is refused whole; the answer beside it was saved [fault 24]', async () => {
    const phone = new Phone(new ModelServer());
    await phone.commit(start('i1'), answer('i1', 'a', 'fail'));
    breakWrites(phone, 'photos', full, 9);
    await expect(phone.commit(photoOf(phone))).rejects.toBeInstanceOf(StorageFull);
    expect(await phone.db.photos.count()).toBe(0);
    expect(await get(phone.db, 'photo', 'p1')).toBeUndefined();
    expect(await countEntries(phone.db, 'queued')).toBe(2);
  });

  test('the reason is found under what Dexie wraps around it', () => {
    expect(isFull(Object.assign(new Error('x'), { inner: full() }))).toBe(true);
    expect(isFull(new Error('x'))).toBe(false);
  });
});

describe('a lost connection', () => {
  test('the write is repeated on a new one, once [fault 27]', async () => {
    const phone = new Phone(new ModelServer());
    breakWrites(phone, 'meta', lost, 1);
    await phone.commit(start('i1'));
    expect(await phone.db.outbox.count()).toBe(1);
  });

  test('after three tries the person is told [fault 27]', async () => {
    const phone = new Phone(new ModelServer());
    breakWrites(phone, 'meta', lost, 9);
    await expect(phone.commit(start('i1'))).rejects.toBeInstanceOf(StorageFailed);
  });

  test('an error of our own is not mistaken for one', async () => {
    const phone = new Phone(new ModelServer());
    const fault = breakWrites(phone, 'meta', () => new Error('a bug'), 9);
    await expect(phone.commit(start('i1'))).rejects.toThrow('a bug');
    expect(fault.times).toBe(8);
  });
});

test('every write asks the browser not to answer before the disk has it [fault 34]', async () => {
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1'), photoOf(phone));
  await phone.sync();
  const asked = spy.mock.calls.filter(([, mode]) => mode === 'readwrite').map(([, , options]) => options?.durability);
  spy.mockRestore();
  expect(asked.length).toBeGreaterThan(3);
  expect(new Set(asked)).toEqual(new Set(['strict']));
});

test('where Blobs cannot be kept the bytes are [fault 29]', async () => {
  const phone = new Phone(new ModelServer());
  breakWrites(phone, 'photos', () => new DOMException('Error preparing Blob/File data', 'DataCloneError'), 1);
  await phone.commit(photoOf(phone));
  expect((await phone.db.photos.get('p1'))?.blob).toBeInstanceOf(ArrayBuffer);
  expect(await phone.db.outbox.count()).toBe(1);
});

test('what was sent is kept for 30 days', async () => {
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1'));
  await phone.sync();
  phone.clock.now += 29 * DAY;
  await tidy(phone.db);
  expect(await countEntries(phone.db, 'done')).toBe(1);
  phone.clock.now += 2 * DAY;
  await tidy(phone.db);
  expect(await countEntries(phone.db, 'done')).toBe(0);
});
