// @vitest-environment happy-dom
/** A hazard leaves the phone while somebody writes about it. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { hazard, put, unit } from '../../../tests/support/rows';
import { logIn, wipe } from '../../../tests/support/visit';
import { moveDraftKey } from './commands';
import HazardPage from './HazardPage.vue';

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
  await loadMessages(['common', 'hazards', 'major', 'photo', 'problem']);
  db = await logIn(['hazards.void']);
  await put(db, 'unit', unit('n'));
  await put(db, 'hazard', hazard('h', { title: 'Blocked exit' }));
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/hazards/:id', component: HazardPage }, { path: '/me/rescue', component: { render: () => h('main') } }] });
  await router.push('/hazards/h');
  page = mount({ render: () => h(RouterView) }, { global: { plugins: [router] }, attachTo: document.body });
});
afterAll(async () => {
  page.unmount();
  await wipe(db);
});

it('the form stays, says why it cannot be sent, and the words are kept and can be saved as a file [fault 69]', async () => {
  await until(() => at('action-void'));
  at('action-void').click();
  await until(() => { expect(document.querySelector('textarea[name=note]')).not.toBeNull(); });
  const note = document.querySelector<HTMLTextAreaElement>('textarea[name=note]');
  if (note === null) throw new Error('no note');
  note.value = 'entered twice';
  note.dispatchEvent(new Event('input'));
  await until(async () => { expect((await db.drafts.get(moveDraftKey('h', 'void')))?.data).toMatchObject({ note: 'entered twice' }); });
  await db.rows.delete(['hazard', 'h']);
  await until(() => at('move-frozen'));
  await flushPromises();
  expect(document.querySelector<HTMLTextAreaElement>('textarea[name=note]')?.value).toBe('entered twice');
  expect(at('move-send').hasAttribute('disabled')).toBe(true);
  expect(at('move-frozen').querySelector('a')?.getAttribute('href')).toBe('/me/rescue');
  at('sheet-close').click();
  await until(() => { expect(document.body.textContent).toContain(t('hazards.missing')); });
  expect((await db.drafts.get(moveDraftKey('h', 'void')))?.data).toMatchObject({ note: 'entered twice' });
});
