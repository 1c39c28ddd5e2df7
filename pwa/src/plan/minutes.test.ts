import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeMeta, type Database } from '@/data/database';
import type { Assignment } from '@/data/records';
import { assignment, freshDatabase, location, offer, put, unit } from '../../tests/support/rows';
import { definition, item } from '../../tests/support/visit';
import { minutesOf } from './minutes';

const text = (words: string) => ({ zh: words, en: words });
const slow = { type: 'pass-fail-na' } as const;
const FIRE = {
  ...definition([
    { key: 'all', title: text('All'), items: [item('f.sign', slow, { seconds: 60 })] },
    { key: 'big', title: text('Big'), items: [item('f.tower', slow, { seconds: 600, tiers: ['hospital'] })] },
    { key: 'rooms', title: text('Rooms'), repeat: { over: 'location' as const, kinds: ['room'] }, items: [item('f.door', slow, { seconds: 120 })] },
  ]),
  key: 'fire',
};
const task = (more: object): Assignment => assignment('t', more) as unknown as Assignment;

describe('how long a task takes', () => {
  let db: Database;
  beforeEach(async () => {
    db = freshDatabase();
    await offer(db, 'fire', 'gas');
    await db.definitions.put({ hash: 'hash-fire', key: 'fire', data: FIRE });
    await put(db, 'unit', unit('n'), unit('hut', { tier: 'village' }));
    await put(db, 'location', location('ward'), location('store'));
  });
  afterEach(() => db.delete());

  it('counts what this unit is asked, at every place of it', async () => {
    expect(await minutesOf(db, task({}))).toBe(1 + 10 + 2 * 2);
    // No room is named there: what is asked of rooms is asked once.
    expect(await minutesOf(db, task({ unit_id: 'hut' }))).toBe(1 + 2);
  });
  it('counts the planned places alone', async () => {
    expect(await minutesOf(db, task({ location_ids: ['ward'] }))).toBe(1 + 10 + 2);
  });
  it('goes by the pace that was measured', async () => {
    await writeMeta(db, 'timings', { at: 1, checklists: { fire: { visits: 9, items: { 'f.tower': 120 } } } });
    expect(await minutesOf(db, task({ location_ids: ['ward'] }))).toBe(1 + 2 + 2);
  });
  it('is not said while a checklist or the unit is missing', async () => {
    expect(await minutesOf(db, task({ checklist_keys: ['fire', 'gas'] }))).toBeNull();
    expect(await minutesOf(db, task({ unit_id: 'unheard' }))).toBeNull();
  });
});
