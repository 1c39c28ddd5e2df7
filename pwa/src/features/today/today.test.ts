import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '@/data/database';
import { assignment, freshDatabase, inspection, location, offer, put, unit } from '../../../tests/support/rows';
import { readProgress } from './progress';
import { readToday } from './queries';
import { startRoute } from './start';

let db: Database;

beforeEach(async () => {
  db = freshDatabase();
  await put(db, 'unit', unit('n'));
  await offer(db, 'fire', 'gas');
  await db.scopes.put({ scope: 's', cursor: [1, 't'], gen: null, resume: null, complete: true });
});
afterEach(() => db.delete());

describe('what is due', () => {
  it('comes nearest to overdue first, and undated last', async () => {
    await put(db, 'assignment', assignment('later', { due_on: '2026-12-20' }), assignment('never'), assignment('late', { due_on: '2026-11-01' }));
    const { due } = await readToday(db, 'u');
    expect(due.map(({ assignment: { id } }) => id)).toEqual(['late', 'later', 'never']);
  });
  it('is only mine, and only while it is not over', async () => {
    await put(db, 'assignment',
      assignment('mine'), assignment('led', { inspector_ids: ['x'], lead_id: 'u' }), assignment('theirs', { inspector_ids: ['x'] }),
      assignment('done', { state: 'done' }), assignment('off', { state: 'cancelled' }), assignment('going', { state: 'started' }));
    const { due } = await readToday(db, 'u');
    expect(due.map(({ assignment: { id } }) => id).sort()).toEqual(['going', 'led', 'mine']);
  });
  it('names its places, and says when all of it is here', async () => {
    await put(db, 'location', location('l'));
    await put(db, 'assignment', assignment('a', { checklist_keys: ['fire', 'gas'], location_ids: ['l', 'gone'] }));
    const { due: [visit] } = await readToday(db, 'u');
    expect([visit?.places.map(({ id }) => id), visit?.isDownloaded]).toEqual([['l'], true]);
  });
});

describe('works offline', () => {
  const downloaded = async (more: object): Promise<boolean | undefined> => {
    await put(db, 'assignment', assignment('a', more));
    return (await readToday(db, 'u')).due[0]?.isDownloaded;
  };

  it('is not said while a checklist is missing', async () => {
    expect(await downloaded({ checklist_keys: ['fire', 'unheard'] })).toBe(false);
  });
  it('is not said while the unit is missing', async () => {
    expect(await downloaded({ unit_id: 'elsewhere' })).toBe(false);
  });
  it('is not said while anything is still coming', async () => {
    await db.scopes.put({ scope: 't', cursor: null, gen: 'g', resume: 'x', complete: false });
    expect(await downloaded({})).toBe(false);
  });
});

describe('what is under way', () => {
  const definition = {
    key: 'fire', title: { zh: '', en: '' }, minutes: 1, effective_from: '2026-01-01', header: { facts: [], note: { zh: '', en: '' }, omitted: [] },
    sections: [{ key: 's', title: { zh: '', en: '' }, items: ['a', 'b', 'c'].map((key) => ({
      key, facts: [], ask: { zh: '', en: '' }, method: { zh: '', en: '' }, basis: [], photo: { rule: 'never' }, weight: 1,
      answer: { type: key === 'c' ? 'text' : 'pass-fail-na' },
    })) }],
  };
  const answer = (item: string, fields: object) => ({ id: `i||${item}`, inspection_id: 'i', target_id: '', item_key: item, fields });
  const progressOf = async (id: string) => {
    const visit = (await readToday(db, 'u')).open.find(({ inspection: { id: found } }) => found === id);
    if (!visit?.unit) throw new Error('no such visit with its unit');
    return await readProgress(db, visit.inspection, visit.unit);
  };
  const field = (v: unknown) => ({ v, rev: 1, by: 'u', at: 1 });

  it('counts every answered item, with or without a verdict', async () => {
    await db.definitions.put({ hash: 'hash-fire', key: 'fire', data: definition });
    await put(db, 'inspection', inspection('i'));
    await put(db, 'answer', answer('a', { result: field('pass') }), answer('b', { result: field(null) }), answer('c', { v: field('words') }));
    expect(await progressOf('i')).toEqual({ done: 2, total: 3 });
  });
  it('is shown without a figure when this phone lacks its checklist', async () => {
    await put(db, 'inspection', inspection('i'));
    expect(await progressOf('i')).toBeNull();
  });
  it('leaves out what is submitted and what is not mine', async () => {
    await put(db, 'inspection', inspection('sent', { state: 'submitted' }), inspection('theirs', { lead_id: 'x' }), inspection('team', { lead_id: 'x', member_ids: ['u'] }));
    expect((await readToday(db, 'u')).open.map((visit) => visit.inspection.id)).toEqual(['team']);
  });
});

it('a visit begins at an address that says everything and nothing empty', () => {
  expect(startRoute({ checklist: 'fire', unit: 'n', assignment: undefined, location: 'l' })).toEqual({
    path: '/inspections/new', query: { checklist: 'fire', unit: 'n', location: 'l' },
  });
});
