// @vitest-environment happy-dom
/** A visit leaves the phone while its walkthrough is open and something is half written. */
import { mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { gather } from '@/sync/rescue/gather';
import { logIn, seedVisit, wipe } from '../../../tests/support/visit';
import WalkthroughPage from './pages/WalkthroughPage.vue';

vi.setConfig({ testTimeout: 30_000 });
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const at = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
let db: Database;
let page: VueWrapper;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'major', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(() => {
  document.body.innerHTML = '<div id="page-actions"></div>';
  vi.stubGlobal('scrollTo', () => undefined);
  Element.prototype.scrollTo = (): void => undefined;
});
afterEach(async () => {
  page.unmount();
  await wipe(db);
  vi.unstubAllGlobals();
});

const open = async (id: string): Promise<void> => {
  const routes = [
    { path: '/inspections/:id', component: WalkthroughPage, props: true },
    { path: '/me/rescue', component: { render: () => h('main') } },
    { path: '/today', component: { render: () => h('main') } },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/inspections/${id}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
};

const write = async (name: string, words: string): Promise<void> => {
  await until(() => {
    const field = document.querySelector<HTMLTextAreaElement>(`[name="${name}"]`);
    if (!field) throw new Error(`no ${name}`);
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await until(async () => { expect(JSON.stringify(await db.drafts.toArray())).toContain(words); });
};

/** The team leaves the phone with the right to it: its rows go, what waits to be sent stays. */
const leave = async (id: string): Promise<void> => {
  await db.transaction('rw', db.rows, db.overlay, async () => {
    await db.rows.where('[etype+eid]').equals(['inspection', id]).delete();
    await db.overlay.where('[etype+eid]').equals(['inspection', id]).delete();
  });
};

it('the walkthrough closes with an explanation, every half-written word is shown and goes into the file [fault 69]', async () => {
  const id = await seedVisit(db);
  await open(id);
  await until(() => at('item-card'));
  at('answer-fail').click();
  await write('hazard-description', 'fell off the wall');
  await leave(id);
  await until(() => at('kept-words'));
  expect(document.querySelector('[data-testid="hazard-save"]')).toBeNull();
  expect(at('kept-words').textContent).toContain('no longer yours');
  expect(at('kept-words').textContent).toContain('fell off the wall');
  expect(at('kept-export').getAttribute('href')).toBe('/me/rescue');
  expect(JSON.stringify((await gather(db)).drafts)).toContain('fell off the wall');
});

it('nothing half written: only that it is not here [fault 69]', async () => {
  const id = await seedVisit(db);
  await open(id);
  await until(() => at('item-card'));
  await leave(id);
  await until(() => at('visit-absent'));
  expect(document.querySelector('[data-testid="kept-words"]')).toBeNull();
});
