/** Two versions of the app in two windows of one browser: the older lets go, and both can read what was queued. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watch } from 'vue';
import { commit } from '../sync/outbox';
import { hazard } from '../../tests/sync/work';
import { freshDatabase } from '../../tests/support/rows';
import { Database } from './database';
import { noticeOutdated, storageNotice } from './notice';

/** The next version: a store more, as a migration may add, and nothing else. */
class Newer extends Database {
  constructor(of: Database) {
    super(of.user, of.env);
    this.version(900).stores({ later: 'id' });
  }
}

let old: Database;
beforeEach(() => {
  old = freshDatabase();
});
afterEach(async () => {
  noticeOutdated(false);
  await old.delete();
});

test('the newer one opens at once, the older lets go and says so, and the queue is the same for both [faults 28, 85]', async () => {
  const [first] = await commit(old, [hazard('h1')]);
  // Both windows of the test share one notice: what was said is written down.
  const said: unknown[] = [];
  const stop = watch(storageNotice, (notice) => { said.push(notice); }, { flush: 'sync' });
  const newer = new Newer(old);
  await newer.open();
  stop();
  expect(said).toContain('outdated');
  expect(old.isOpen()).toBe(false);
  const [second] = await commit(newer, [hazard('h2')]);
  expect((await newer.outbox.orderBy('[state+mid]').toArray()).map(({ id, mid }) => [id, mid])).toEqual([[first, 1], [second, 2]]);
  newer.close();
});

test('an old window that comes back reads what the new one queued, and counts on from there [fault 85]', async () => {
  await commit(old, [hazard('h1')]);
  const newer = new Newer(old);
  await newer.open();
  await commit(newer, [hazard('h2')]);
  newer.close();
  const back = new Database(old.user, old.env);
  await commit(back, [hazard('h3')]);
  expect((await back.outbox.orderBy('[state+mid]').toArray()).map(({ mid }) => mid)).toEqual([1, 2, 3]);
  back.close();
});
