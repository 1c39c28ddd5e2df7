/** The lease of a tab at work: how long it holds, and what a page that was closed in the middle leaves behind. */
import { expect, it } from 'vitest';
import { alone, renew } from '@/sync/lease';
import { Runner } from '@/sync/runner';
import { ModelServer } from './sync/model-server';
import { Clock, freshStorage, Phone, sharedLocks } from './sync/phone';
import { answer, start } from './sync/work';

const next = async (isKept: boolean): Promise<string | undefined> => {
  const shared = { storage: freshStorage(), clock: new Clock(), locks: { ...sharedLocks(), isKept } };
  const server = new ModelServer();
  const [dead, alive] = [new Phone(server, shared), new Phone(server, shared)];
  await renew(dead.db, 'sync');
  return alone(alive.db, alive.ports, 'sync', () => Promise.resolve('worked'));
};

it('does not hold up the page that follows, where the browser keeps the locks', async () => {
  expect(await next(true)).toBe('worked');
});

it('is waited for where nobody can tell whether the page is dead', async () => {
  expect(await next(false)).toBeUndefined();
});

it('holds as long as a round lasts, however slow the line', async () => {
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1'), ...Array.from({ length: 250 }, (_, n) => answer('i1', `a${String(n)}`, 'pass')));
  const left: number[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    phone.clock.now += 35_000;
    const lease = (await phone.db.meta.get('lease:sync'))?.value as { until: number };
    left.push(lease.until - phone.clock.now);
    return phone.ports.fetch(input, init);
  };
  await alone(phone.db, phone.ports, 'sync', () => new Runner(phone.db, { ...phone.ports, fetch }).run());
  expect(left.length).toBeGreaterThanOrEqual(3);
  expect(Math.min(...left)).toBeGreaterThan(0);
});
