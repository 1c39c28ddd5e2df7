/** The queries behind the screens stay true, however deep in awaits their reads are. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '@/data/database';
import { subscribe } from '@/data/live';
import { readWaiting } from '@/features/account/queries';
import { readPlace } from '@/features/locations/queries';
import { readToday } from '@/features/today/queries';
import { commit } from '@/sync/outbox';
import { readStatus } from '@/sync/status';
import { assignment, freshDatabase, hazard, location, offer, put, unit } from './support/rows';

let db: Database;

beforeEach(async () => {
  db = freshDatabase();
  await put(db, 'unit', unit('n'));
  await put(db, 'location', location('l'));
});
afterEach(() => db.delete());

const addPlace = (id: string): Promise<unknown> =>
  commit(db, [{ name: 'location.add', args: { id, unit_id: 'n', parent_id: 'l', kind: 'room', name: id, attributes: [] } }]);

const QUERIES: Readonly<Record<string, { readonly read: () => Promise<number>; readonly change: (step: number) => Promise<unknown> }>> = {
  'the status strip': { read: async () => (await readStatus(db)).pending, change: (step) => addPlace(`p${String(step)}`) },
  'the sync page': { read: async () => (await readWaiting(db)).records.length, change: (step) => addPlace(`p${String(step)}`) },
  'a place': { read: async () => (await readPlace(db, 'location', 'l'))?.inside.length ?? -1, change: (step) => addPlace(`p${String(step)}`) },
  'the hazards of a place': {
    read: async () => (await readPlace(db, 'location', 'l'))?.hazards.length ?? -1,
    change: (step) => put(db, 'hazard', hazard(`h${String(step)}`, { location_id: 'l' })),
  },
  today: { read: async () => (await readToday(db, 'u')).due.length, change: (step) => put(db, 'assignment', assignment(`a${String(step)}`)) },
  'the checklists of today': {
    read: async () => (await readToday(db, 'u')).checklists.length,
    change: (step) => offer(db, ...['x', 'y'].slice(0, step)),
  },
};

it.each(Object.keys(QUERIES))('%s follows every change', async (name) => {
  const query = QUERIES[name];
  if (!query) throw new Error(name);
  const seen: number[] = [];
  const stop = subscribe(query.read, (value) => { seen.push(value); });
  for (const step of [0, 1, 2]) {
    if (step > 0) await query.change(step);
    await vi.waitFor(() => { expect(seen.at(-1)).toBe(step); }, 2000);
  }
  stop();
});
