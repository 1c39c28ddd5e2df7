// @vitest-environment happy-dom
/** What may no longer be shown is left at once, and a page says why and what is safe. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { writeMeta, type Database } from '@/data/database';
import { shutDevice } from '@/data/locked';
import LockedBanner from '@/features/account/LockedBanner.vue';
import LockedPage from '@/features/locked/LockedPage.vue';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { formatUntil } from '@/i18n/until';
import { commit } from '@/sync/outbox';
import { hazard as report } from './sync/work';
import { logIn, wipe } from './support/visit';

vi.setConfig({ testTimeout: 30_000 });
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const text = (): string => document.body.textContent;
const blank = { render: () => h('main') };
let db: Database;
let page: VueWrapper;
let router: Router;

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['common', 'locked']);
  db = await logIn(['inspections.conduct']);
  await commit(db, [report('h1')]);
  const paths = ['/today', '/me', '/me/sync', '/me/rescue', '/inspections/:id'].map((path) => ({ path, component: blank }));
  router = createRouter({ history: createMemoryHistory(), routes: [...paths, { path: '/locked', component: LockedPage }] });
});
afterEach(async () => {
  page.unmount();
  await wipe(db);
});

const open = async (path: string): Promise<void> => {
  await router.push(path);
  page = mount({ render: () => [h(LockedBanner), h(RouterView)] }, { global: { plugins: [router] }, attachTo: document.body });
};
const moved = (path: string): Promise<unknown> => until(() => { expect(router.currentRoute.value.path).toBe(path); });
const end = (): Promise<void> => writeMeta(db, 'closed', [{ unit_id: 'u', ends_at: 1_795_600_800_000, why: 'ended' }]);

describe('a pass that ends while a page is open', () => {
  it('leaves the page of a record and says when it ended and what is kept', async () => {
    await open('/inspections/i1');
    await end();
    await moved('/locked');
    await until(() => { expect(text()).toContain(t('locked.ended', { time: formatUntil(1_795_600_800_000) })); });
    await until(() => { expect(text()).toContain(t('locked.waiting', { n: 1, m: 0 })); });
  });

  it('leaves alone who is elsewhere, and tells them', async () => {
    await open('/me');
    await end();
    await until(() => document.querySelector('[data-testid=locked-banner]') ?? expect.fail('no banner'));
    expect(router.currentRoute.value.path).toBe('/me');
    expect(text()).toContain(t('locked.kept'));
  });
});

describe('a device that was shut out', () => {
  it('shows one page only, from which the work can still be handed in [fault 45]', async () => {
    await open('/today');
    await shutDevice(db, 'device-revoked');
    await moved('/locked');
    await until(() => { expect(text()).toContain(t('locked.device')); });
    expect(document.querySelector('[data-testid=locked-rescue]')?.getAttribute('href')).toBe('/me/rescue');
    await router.push('/me');
    await moved('/locked');
    await router.push('/me/sync');
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/me/sync');
  });
});
