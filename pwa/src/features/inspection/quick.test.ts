// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { h, type Component } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import type { Database } from '@/data/database';
import { children, get } from '@/data/view';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { definition, item, logIn, seedVisit, sent, wipe } from '../../../tests/support/visit';
import { passByException, setAnswer } from './commands';
import ConfirmPage from './pages/ConfirmPage.vue';
import QuickPage from './pages/QuickPage.vue';
import WalkthroughPage from './pages/WalkthroughPage.vue';

const plain = { type: 'pass-fail-na' } as const;
const WARD = definition([
  {
    key: 'a', title: { zh: 'A', en: 'A' },
    items: [
      item('m.exit', plain, { mandatory: true }),
      item('m.door', plain),
      item('m.lamp', plain),
      item('m.gauge', plain, { readings: [{ key: 'bar', label: { zh: '压力', en: 'bar' }, type: 'number' }] }),
      item('m.deep', plain, { depth: 'deep' }),
      item('m.deeper', plain, { depth: 'deep' }),
    ],
  },
]);
const line = (key: string): { section: string; target: string; item: string } => ({ section: 'a', target: '', item: key });

let db: Database;
let id: string;
let page: VueWrapper;
let router: Router;

const query = (name: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
const find = (name: string): HTMLElement => {
  const element = query(name);
  if (!element) throw new Error(`no ${name} in ${document.body.textContent ?? ''}`);
  return element;
};
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function show(component: Component, path = ''): Promise<void> {
  const other = { render: () => h('i') };
  const own = { '': WalkthroughPage, '/quick': QuickPage, '/confirm': ConfirmPage } as const;
  const routes = Object.entries(own).map(([tail, each]) => ({ path: `/inspections/:id${tail}`, component: each === component ? component : other, props: true }));
  router = createRouter({ history: createMemoryHistory(), routes: [...routes, { path: '/:rest(.*)*', component: other }] });
  await router.push(`/inspections/${id}${path}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
}

const how = async (key: string): Promise<unknown> => (await get(db, 'answer', `${id}||${key}`))?.fields['result']?.how;

// A busy machine may need several times the usual moment.
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'visit', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(async () => {
  document.body.innerHTML = '<div id="page-actions"></div>';
  id = await seedVisit(db, { ...WARD, rotation: { per_visit: 1 } }, { style: 'quick', deepItems: ['m.deep'] });
});
afterEach(async () => {
  page.unmount();
  await flushPromises();
  await wipe(db);
});

describe('a quick visit', () => {
  it('tells the server its style and what was drawn', async () => {
    await show(QuickPage, '/quick');
    const [start] = await sent(db, 'inspection.start');
    expect(start).toMatchObject({ style: 'quick', deep_items: ['m.deep'] });
    expect(start).not.toHaveProperty('sections');
  });

  it('is opened at its list, which holds what was drawn and not the rest', async () => {
    await show(WalkthroughPage);
    await until(() => { expect(router.currentRoute.value.path).toBe(`/inspections/${id}/quick`); });
    page.unmount();
    await show(QuickPage, '/quick');
    await until(() => find('quick-0'));
    expect(document.querySelectorAll('[data-testid="quick-card"]')).toHaveLength(5);
    expect(find('quick-4').textContent).toContain('Drawn');
    expect(find('quick-0').textContent).toContain('Mandatory');
    expect(find('quick-0').querySelector('[data-testid="quick-fail"]')).toBeNull();
    expect(find('quick-3').querySelector('[data-testid="quick-fail"]')).toBeNull();
  });

  it('keeps with one tap what cannot be checked and asks why', async () => {
    await show(QuickPage, '/quick');
    await until(() => find('quick-1'));
    find('quick-1').querySelector<HTMLElement>('[data-testid="quick-unable"]')?.click();
    await until(() => { expect(document.body.textContent).toContain('Why can it not be checked'); });
    expect((await get(db, 'answer', `${id}||m.door`))?.fields['result']).toMatchObject({ v: 'unable', how: 'tap' });
  });

  it('leads a link to one line to its card', async () => {
    await show(WalkthroughPage, '?at=%7Cm.gauge');
    await until(() => { expect(find('item-card').dataset['item']).toBe('m.gauge'); });
    expect(router.currentRoute.value.path).toBe(`/inspections/${id}`);
    expect(query('to-quick')).not.toBeNull();
  });

  it('confirms what nobody objected to, and nothing else', async () => {
    await setAnswer(db, id, line('m.door'), { result: 'fail', note: 'broken' });
    await show(ConfirmPage, '/confirm');
    await until(() => find('confirm-accept'));
    expect(document.querySelectorAll('[data-testid="lack"]')).toHaveLength(2);
    expect(find('confirm-accept').textContent).toContain('2');
    find('confirm-accept').click();
    await until(() => { expect(router.currentRoute.value.path).toBe(`/inspections/${id}/summary`); });
    expect(await Promise.all(['m.lamp', 'm.deep', 'm.door', 'm.exit', 'm.gauge', 'm.deeper'].map(how))).toEqual([
      'quick', 'quick', 'tap', undefined, undefined, undefined,
    ]);
  });

  it('confirms many lines in several writes and goes on where it was cut short', async () => {
    const many = Array.from({ length: 450 }, (_, n) => ({ section: 'a', target: `p${String(n)}`, item: 'm.lamp' }));
    await passByException(db, id, many.slice(0, 200));
    await passByException(db, id, many.slice(200));
    expect(await children(db, 'answer', id)).toHaveLength(450);
    await show(ConfirmPage, '/confirm');
    await until(() => find('confirm-accept'));
  });
});
