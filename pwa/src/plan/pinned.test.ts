// @vitest-environment happy-dom
/** For a task of a peer check nothing is offered but the version that its round pins. */
import { expect, it } from 'vitest';
import { writeMeta, type Database } from '@/data/database';
import { layPackage } from '@/sync/laid';
import { put } from '../../tests/support/rows';
import { logIn, MINI } from '../../tests/support/visit';
import { latestDefinitions } from './sources';

const entry = (hash: string) => ({ key: 'mini', hash, title: { zh: hash }, url: '', bytes: 1, items: 1, minutes: 1 });
const offered = async (db: Database, task: string | null): Promise<string[]> => (await latestDefinitions(db, null, task)).map(({ hash }) => hash);

async function phone(): Promise<Database> {
  const db = await logIn();
  await writeMeta(db, 'manifest', { etag: 'e', definitions: [entry('newest')], regional: [], words: [], workflow_url: '', app: '1' });
  await db.definitions.put({ hash: 'newest', key: 'mini', data: MINI });
  return db;
}

it('what the round pins, and nothing at all while it is not here', async () => {
  const db = await phone();
  await put(db, 'peer', { id: 'p', assignment_ids: ['task'], definitions: { mini: 'pinned' } });
  expect(await offered(db, 'task')).toEqual([]);
  await db.definitions.put({ hash: 'pinned', key: 'mini', data: MINI });
  expect(await offered(db, 'task')).toEqual(['pinned']);
  expect(await offered(db, 'other')).toEqual(['newest']);
});

it('a sealed visit brings its versions along, whole, and they hold once the server tells of its plan', async () => {
  const db = await phone();
  const plan = { unit_id: 'u', assignment_id: 'sealed-task', definitions: { mini: 'pinned' } };
  const pinned = [{ hash: 'pinned', key: 'mini', data: { ...MINI } }];
  await layPackage(db, 'v', { plan, rows: [], definitions: ['pinned'], pinned });
  expect(await offered(db, 'sealed-task')).toEqual(['pinned']);
  await db.rows.clear();
  await put(db, 'visit', { id: 'v', plan });
  expect(await offered(db, 'sealed-task')).toEqual(['pinned']);
});
