// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import { effectScope, h, type EffectScope } from 'vue';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { location, offer, put, unit } from '../../../tests/support/rows';
import { definition, item, logIn, MINI, wipe } from '../../../tests/support/visit';
import { strayOf, type BeginQuery } from './logic/begin-query';
import NewInspectionPage from './pages/NewInspectionPage.vue';
import { useBeginning, type Begin } from './state/useBeginning';
import { usePlan, type Plan } from './state/usePlan';

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

const ROOMS = definition([
  { key: 'r', title: { zh: 'R', en: 'R' }, repeat: { over: 'location', kinds: ['room'] }, items: [item('r.door', { type: 'pass-fail-na' })] },
  { key: 'w', title: { zh: 'W', en: 'W' }, items: [item('w.one', { type: 'pass-fail-na' })] },
  { key: 'x', title: { zh: 'X', en: 'X' }, items: [item('x.one', { type: 'pass-fail-na' }, { when: { equals: ['unit.tier', 'clinic'] } })] },
]);
const scopes: EffectScope[] = [];

async function begun(): Promise<{ begin: Begin; plan: Plan }> {
  await put(db, 'unit', unit('m'));
  await put(db, 'location', location('l'), location('other', null, { unit_id: 'm' }));
  await offer(db, 'mini');
  await db.definitions.put({ hash: 'hash-mini', key: 'mini', data: ROOMS });
  const scope = effectScope();
  scopes.push(scope);
  const made = scope.run(() => {
    const begin = useBeginning({ ...NOTHING, unit: 'n', checklist: 'mini' });
    return { begin, plan: usePlan(begin) };
  });
  if (!made) throw new Error('nothing begun');
  await until(() => { expect([made.begin.form.targets, made.plan.form.sections]).toEqual([['l'], ['r', 'w']]); });
  return made;
}
afterEach(() => { for (const scope of scopes.splice(0)) scope.stop(); });

it('the places of a unit that was chosen before are not walked in another', async () => {
  const { begin } = await begun();
  begin.form.unit = 'm';
  await until(() => { expect(begin.choices.value.map(({ id }) => id)).toEqual(['other']); });
  expect(begin.form.targets).toEqual(['other']);
});

it('a part that was chosen stays chosen when a pull brings more to ask', async () => {
  const { begin, plan } = await begun();
  plan.form.sections = ['w'];
  await put(db, 'unit', unit('n', { tier: 'clinic' }));
  await until(() => { expect(plan.sections.value.map(({ section }) => section.key)).toEqual(['r', 'w', 'x']); });
  expect(plan.form.sections).toEqual(['w', 'x']);
  begin.form.unit = 'm';
  await until(() => { expect(plan.form.sections).toEqual(['r', 'w']); });
});
