// @vitest-environment happy-dom
/** Desk forms and lists while something is still on its way: nothing that was typed or chosen is undone by what comes late. */
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import FilterBar from './FilterBar.vue';
import type { FormField } from './form';
import RecordDrawer from './RecordDrawer.vue';
import RecordForm from './RecordForm.vue';
import { useList } from './useList';

type Answer = (response: object) => void;
const json = (body: object): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
let held: { readonly asked: string; readonly body: unknown; readonly answer: Answer }[];

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['common', 'desk']);
  held = [];
  useApiPorts({
    fetch: (path, init) =>
      new Promise((resolve) => {
        held.push({ asked: `${init?.method ?? 'GET'} ${String(path)}`, body: typeof init?.body === 'string' ? JSON.parse(init.body) : null, answer: (body) => { resolve(json(body)); } });
      }),
  });
});
afterEach(() => { vi.useRealTimers(); });

async function answer(body: object): Promise<void> {
  held.at(-1)?.answer(body);
  await flushPromises();
}

async function opened(component: object): Promise<{ page: ReturnType<typeof mount>; router: Router }> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/things/:id?', component }] });
  await router.push('/desk/things/one?q=ward&state=open');
  const page = mount({ render: () => h(RouterView) }, { global: { plugins: [router] } });
  await flushPromises();
  return { page, router };
}

const fields: readonly FormField[] = [{ key: 'name', label: 'Name', kind: 'text' }, { key: 'title', label: 'Title', kind: 'text' }];
const Drawer = {
  render: () =>
    h(RecordDrawer, { path: '/api/things' }, {
      default: ({ record, reload }: { record: Record<string, unknown>; reload: () => Promise<void> }) => [
        h(RecordForm, { title: 'Thing', path: '/api/things', record, fields }),
        h('button', { class: 'reload', onClick: () => void reload() }),
      ],
    }),
};

it('what was typed in a drawer stays when its record is read again, and goes out on the version read last', async () => {
  const { page } = await opened(Drawer);
  await answer({ id: 'one', rev: 3, name: 'Li', title: 'Doctor' });
  const value = (name: string): string => (page.get(`[name="${name}"]`).element as HTMLInputElement).value;
  await page.get('[name="name"]').setValue('Li Ming');
  await page.get('.reload').trigger('click');
  await flushPromises();
  expect(value('name')).toBe('Li Ming');
  expect(page.find('[aria-busy="true"]').exists()).toBe(true);
  await answer({ id: 'one', rev: 4, name: 'Li', title: 'Head' });
  expect([value('name'), value('title'), page.find('[aria-busy="true"]').exists()]).toEqual(['Li Ming', 'Head', false]);
  await page.get('form').trigger('submit');
  expect(held.at(-1)).toMatchObject({ asked: 'PATCH /api/things/one', body: { rev: 4, name: 'Li Ming' } });
  expect(held.at(-1)?.body).not.toHaveProperty('title');
});

it('a record that cannot be read again leaves what was typed', async () => {
  const { page } = await opened(Drawer);
  await answer({ id: 'one', rev: 3, name: 'Li', title: '' });
  await page.get('[name="name"]').setValue('Li Ming');
  useApiPorts({ fetch: () => Promise.reject(new TypeError('off line')) });
  await page.get('.reload').trigger('click');
  await flushPromises();
  expect(page.find('[data-testid="desk-failure"]').exists()).toBe(true);
  expect((page.get('[name="name"]').element as HTMLInputElement).value).toBe('Li Ming');
});

it('the record of an address that was left does not come under the one that is shown', async () => {
  const { page, router } = await opened(Drawer);
  const first = held.at(-1);
  await router.push('/desk/things/two');
  await flushPromises();
  await answer({ id: 'two', rev: 1, name: 'Zhou', title: '' });
  first?.answer({ id: 'one', rev: 1, name: 'Li', title: '' });
  await flushPromises();
  expect((page.get('[name="name"]').element as HTMLInputElement).value).toBe('Zhou');
});

it('several filters cleared at once are all cleared', async () => {
  let clear: () => void = () => undefined;
  const { router } = await opened({
    setup() {
      const list = useList('/api/things', (raw) => raw as { readonly id: string }, ['q', 'state']);
      clear = () => { for (const key of Object.keys(list.filters.value)) list.setFilter(key, ''); };
      return () => h('i');
    },
  });
  clear();
  await flushPromises();
  expect(router.currentRoute.value.query).toEqual({});
});

it('the address that a search led to does not take back what was typed since', async () => {
  vi.useFakeTimers();
  const bar = mount(FilterBar, { props: { filters: [], values: {}, columns: [] } });
  const box = bar.get('[data-testid="desk-search"]');
  await box.setValue('wa');
  vi.advanceTimersByTime(300);
  expect(bar.emitted('set')).toEqual([['q', 'wa']]);
  await box.setValue('ward');
  await bar.setProps({ values: { q: 'wa' } });
  expect((box.element as HTMLInputElement).value).toBe('ward');
  vi.advanceTimersByTime(300);
  expect(bar.emitted('set')?.at(-1)).toEqual(['q', 'ward']);
  await bar.setProps({ values: { q: 'ward' } });
  await bar.setProps({ values: {} });
  expect((box.element as HTMLInputElement).value).toBe('');
});
