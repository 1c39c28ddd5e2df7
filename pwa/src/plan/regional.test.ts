// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { writeMeta } from '@/data/database';
import { put, unit } from '../../tests/support/rows';
import { logIn, MINI } from '../../tests/support/visit';
import { latestDefinitions } from './sources';

const entry = (hash: string) => ({ key: 'mini', hash, title: { zh: hash }, url: '', bytes: 1, items: 1, minutes: 1 });

it('the checklist of a unit is that of the nearest region around it, else the one for everybody', async () => {
  const db = await logIn();
  const regional = [
    { ...entry('city'), region_id: 'c', region_ids: ['c', 'k', 'm'] },
    { ...entry('county'), region_id: 'k', region_ids: ['k'] },
  ];
  await writeMeta(db, 'manifest', { etag: 'e', definitions: [entry('all')], regional, words: [], workflow_url: '', app: '1' });
  for (const hash of ['all', 'city', 'county']) await db.definitions.put({ hash, key: 'mini', data: MINI });
  await put(db, 'unit', unit('in-county', { region_id: 'k' }), unit('in-town', { region_id: 'm' }), unit('elsewhere', { region_id: 'x' }));
  const of = async (id: string | null): Promise<string | undefined> => (await latestDefinitions(db, id))[0]?.hash;
  expect(await of('in-county')).toBe('county');
  expect(await of('in-town')).toBe('city');
  expect(await of('elsewhere')).toBe('all');
  expect(await of(null)).toBe('all');
});
