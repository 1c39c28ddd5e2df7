/** What a page that was closed in the middle of a round leaves behind. */
import { expect, it } from 'vitest';
import { alone, renew } from '@/sync/lease';
import { ModelServer } from './sync/model-server';
import { Clock, freshStorage, Phone, sharedLocks } from './sync/phone';

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
