/** A visit in memory: somebody logged in, a unit, a checklist with every kind of answer, and a walk begun. */
import { DeviceDatabase, type Database } from '@/data/database';
import { browserEnv } from '@/data/env';
import { newId } from '@/data/ids';
import type { Me } from '@/data/records';
import { session, startSession } from '@/data/session';
import type { Definition, Item } from '@/engine/definition';
import { startInspection, type Beginning } from '@/features/inspection/commands';
import { location, put, unit } from './rows';

const text = (words: string): { zh: string; en: string } => ({ zh: words, en: words });

export const item = (key: string, answer: Item['answer'], more: Partial<Item> = {}): Item => ({
  key, facts: ['X-01'], ask: text(`ask ${key}`), method: text('look'), basis: [{ doc: 'Law', tag: 'to-verify' }],
  answer, photo: { rule: 'optional' }, weight: 1, ...more,
});

const failing: NonNullable<Item['on_fail']> = {
  hazard: { title: text('No sign'), grade: 'suspect-major', criterion: text('open fire'), category: 'fire', due_days: 3, suggest: text('put up a sign') },
};

export const definition = (sections: Definition['sections']): Definition => ({
  key: 'mini', title: text('Mini'), header: { facts: [], note: text('n'), omitted: [] }, effective_from: '2026-01-01', minutes: 5, sections,
});

export const MINI = definition([
  {
    key: 'a', title: text('A'),
    items: [
      item('m.sign', { type: 'pass-fail-na', allow_na: true }, { on_fail: failing }),
      item('m.duty', { type: 'pass-fail-na' }, { on_fail: failing, readings: [{ key: 'people', label: text('people'), type: 'number', min: 2, step: 1 }] }),
      item('m.words', { type: 'text' }),
    ],
  },
  { key: 'b', title: text('B'), items: [item('m.one', { type: 'pass-fail-na' }), item('m.two', { type: 'pass-fail-na' })] },
]);

const person = (permissions: readonly string[]): Me => ({
  id: newId(), username: 'li', name: 'Li', title: null, unit_id: null, roles: [], permissions, must_change_password: false, demo: false,
});

/** As if nothing had been done yet. */
export const wipe = async (db: Database): Promise<void> => {
  await Promise.all(db.tables.map((table) => table.clear()));
};

/** Log somebody in, once per file, and hand out their database. */
export async function logIn(permissions: readonly string[] = []): Promise<Database> {
  const me = person(permissions);
  const device = new DeviceDatabase(browserEnv());
  await device.users.put({ id: me.id, me, lastSeen: 1 });
  await device.session.put({ key: 'current', user: me.id });
  device.close();
  await startSession();
  if (!session.value.db) throw new Error('no session');
  return session.value.db;
}

export async function seedVisit(db: Database, checklist: Definition = MINI, more: Partial<Beginning> = {}): Promise<string> {
  await put(db, 'unit', unit('n'));
  await put(db, 'location', location('f1', null, { kind: 'floor', name: 'Floor 1', path: 'Floor 1' }), location('f2', null, { kind: 'floor', name: 'Floor 2', path: 'Floor 2' }));
  await put(db, 'person', { id: 'so', name: 'Zhou', title: 'Chief', unit_id: 'n', roles: ['safety_officer'], active: true });
  await put(db, 'person', { id: db.user, name: 'Li', title: null, unit_id: null, roles: ['inspector'], active: true });
  // As in life: another content has another hash.
  const hash = checklist === MINI ? 'hash-mini' : `hash-${JSON.stringify(checklist)}`;
  await db.definitions.put({ hash, key: checklist.key, data: checklist });
  return startInspection(db, {
    unit: 'n', checklist: checklist.key, definition: hash, mode: 'expert', locations: [], assets: [], members: [], ...more,
  });
}

export async function sent(db: Database, name: string): Promise<Record<string, unknown>[]> {
  const entries = await db.outbox.toArray();
  return entries.filter((entry) => entry.name === name).sort((a, b) => a.mid - b.mid).map((entry) => ({ ...entry.args }));
}
