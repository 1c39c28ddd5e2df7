// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import { h } from 'vue';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { location, offer, put, unit } from '../../../tests/support/rows';
import { logIn, MINI, wipe } from '../../../tests/support/visit';
import { strayOf, type BeginQuery } from './logic/begin-query';
import NewInspectionPage from './pages/NewInspectionPage.vue';

const NOTHING: BeginQuery = { assignment: null, checklist: null, unit: null, location: null, asset: null, tag: null };
const device = (id: string, unit_id = 'n') => ({ id, unit_id, location_id: 'l', kind: 'lift', name: id, due: [], active: true });
const label = (id: string, state: string, target_kind: string | null, target_id: string | null) => ({ id, unit_id: 'n', region_id: 'r', state, target_kind, target_id, batch: 'b' });

let db: Database;
let page: VueWrapper | undefined;

const find = (name: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function open(query: string): Promise<void> {
  const routes = [{ path: '/inspections/new', component: NewInspectionPage }, { path: '/:rest(.*)*', component: { render: () => h('i') } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/inspections/new?${query}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
  await until(() => { expect(find('new-inspection')).not.toBeNull(); });
}

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(async () => {
  await put(db, 'unit', unit('n'), unit('gone', { active: false }));
  await put(db, 'location', location('l'), location('other', null, { unit_id: 'm' }));
  await put(db, 'asset', device('d'), device('foreign', 'm'));
  await put(db, 'tag', label('ON-L', 'bound', 'location', 'l'), label('ON-D', 'bound', 'asset', 'd'), label('FREE', 'unclaimed', null, null));
  await offer(db, 'mini');
  await db.definitions.put({ hash: 'hash-mini', key: 'mini', data: MINI });
});
afterEach(async () => {
  page?.unmount();
  page = undefined;
  await flushPromises();
  await wipe(db);
});

it.each([
  [{}, null],
  [{ unit: 'n', location: 'l', asset: 'd', tag: 'ON-D' }, null],
  [{ unit: 'n', location: 'l', tag: 'ON-L' }, null],
  [{ assignment: 'no' }, 'assignment'],
  [{ unit: 'gone' }, 'unit'],
  [{ unit: 'n', location: 'other' }, 'location'],
  [{ unit: 'n', asset: 'no' }, 'asset'],
  [{ unit: 'n', asset: 'foreign' }, 'asset'],
  [{ unit: 'n', location: 'l', tag: 'NOPE' }, 'tag'],
  [{ unit: 'n', location: 'l', tag: 'FREE' }, 'tag'],
  [{ unit: 'n', location: 'l', tag: 'ON-D' }, 'tag'],
] as const)('%j: what leads nowhere is %s', async (given, stray) => {
  expect(await strayOf(db, { ...NOTHING, ...given })).toBe(stray);
});

it('says so, and goes on by itself once it has arrived', async () => {
  await open('unit=n&checklist=mini&location=l&tag=LATE');
  await until(() => { expect(find('stray')?.textContent).toContain('This label does not belong here'); });
  expect(find('begin')).toBeNull();
  await put(db, 'tag', label('LATE', 'bound', 'location', 'l'));
  await until(() => { expect(find('begin')).not.toBeNull(); });
  expect(find('stray')).toBeNull();
});
