// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { useApiPorts } from '@/data/api';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { hazard, put, unit, type Data } from '../../../tests/support/rows';
import { logIn, wipe } from '../../../tests/support/visit';
import { moveHazard } from './commands';
import DeskHazardsPage from './DeskHazardsPage.vue';
import HazardPage from './HazardPage.vue';
import { loadHazard } from './queries';

const PAGE = 50;
const names = Array.from({ length: 130 }, (_, n) => `h${String(n)}`);
let db: Database;
let server: Map<string, Data>;
let asked: string[];
let page: VueWrapper;
let router: Router;

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const row = (id: string): HTMLTableRowElement => {
  const found = [...document.querySelectorAll<HTMLTableRowElement>('[data-testid="desk-row"]')].find((each) => each.cells[0]?.textContent === id);
  if (!found) throw new Error(`no row ${id}`);
  return found;
};

const shown = (): void => {
  expect(document.querySelector('[data-testid="drawer"] dl')).not.toBeNull();
};

/** The server's list: rows by cursor, what is closed left out. No expert wrote of any. */
function answer(address: string): Response {
  if (address.startsWith('/api/opinions?')) return Response.json({ items: [], next: null, total: 0 });
  asked.push(address);
  const query = new URL(address, 'http://x').searchParams;
  const all = [...server.values()].filter((one) => one['state'] !== 'closed');
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit'));
  const body = { items: all.slice(from, to), next: to < all.length ? String(to) : null, total: all.length };
  return Response.json(body);
}

/** What a delivered command leaves on the phone: the server's row, and nothing waiting. */
async function deliver(id: string, more: object): Promise<void> {
  server.set(id, hazard(id, more));
  await db.transaction('rw', db.rows, db.overlay, async () => {
    await db.overlay.delete(['hazard', id]);
    await db.rows.where('[etype+eid]').equals(['hazard', id]).modify({ rv: 2, data: hazard(id, more) });
  });
}

vi.setConfig({ testTimeout: 30_000 });
beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'hazards', 'photo', 'problem', 'desk']);
  db = await logIn();
});
beforeEach(async () => {
  document.body.innerHTML = '';
  asked = [];
  server = new Map(names.map((id) => [id, hazard(id)]));
  useApiPorts({ fetch: (input) => Promise.resolve(answer(String(input))) });
  await put(db, 'unit', unit('n'));
  await put(db, 'hazard', ...server.values());
  const routes = [{ path: '/desk/hazards', component: DeskHazardsPage, children: [{ path: ':id', component: HazardPage }] }];
  router = createRouter({ history: createMemoryHistory(), routes });
  await router.push('/desk/hazards');
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
  await until(() => row('h0'));
});
afterEach(async () => {
  page.unmount();
  await flushPromises();
  await wipe(db);
});

it('what is done in the drawer is seen in the list, which stays where it was', async () => {
  document.querySelector<HTMLElement>('[data-testid="more"]')?.click();
  await until(() => row('h99'));
  await router.push('/desk/hazards/h90');
  await until(shown);
  const table = document.querySelector<HTMLElement>('[data-testid="desk-table"]');
  if (table) table.scrollTop = 900;
  const one = await loadHazard(db, 'h90');
  if (!one) throw new Error('no hazard');
  await moveHazard(db, one.hazard, { action: 'assign', note: '', photos: [], assignee: 'u', due: null });
  await flushPromises();
  expect(row('h90').cells[1]?.textContent).toBe('Open');
  await deliver('h90', { state: 'assigned', rev: 2 });
  await until(() => { expect(row('h90').cells[1]?.textContent).toBe('Being rectified'); });
  expect(row('h90').className).toBe('on');
  expect(document.querySelectorAll('[data-testid="desk-row"]')).toHaveLength(2 * PAGE);
  expect(document.querySelector('[data-testid="desk-table"]')).toBe(table);
  expect(table?.scrollTop).toBe(900);
});

it('a closed one leaves the list and the count', async () => {
  await router.push('/desk/hazards/h3');
  await until(shown);
  expect(document.querySelector('.count')?.textContent).toContain('130');
  await deliver('h3', { state: 'closed', rev: 5 });
  await until(() => { expect(document.querySelector('.count')?.textContent).toContain('129'); });
  expect(() => row('h3')).toThrow();
});

it('to look at a hazard asks for no hazard anew', async () => {
  const before = asked.length;
  await router.push('/desk/hazards/h3');
  await until(shown);
  await new Promise((done) => setTimeout(done, 50));
  expect(asked.length).toBe(before);
});
