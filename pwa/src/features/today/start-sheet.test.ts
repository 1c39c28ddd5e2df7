// @vitest-environment happy-dom
/** What was chosen in the sheet stays when a synchronisation brings units meanwhile. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import PickList from '@/ui/PickList.vue';
import { put, unit } from '../../../tests/support/rows';
import { logIn, wipe } from '../../../tests/support/visit';
import StartSheet from './StartSheet.vue';

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const entry = (key: string) => ({ key, hash: key, title: { zh: key, en: key }, url: '', bytes: 1, items: 1, minutes: 1 });
let db: Database;
let page: VueWrapper | undefined;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'today']);
  db = await logIn();
});
afterEach(async () => {
  page?.unmount();
  await wipe(db);
});

it('the checklist', async () => {
  await put(db, 'unit', unit('n'), unit('m'));
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] });
  page = mount(StartSheet, { props: { visit: null, checklists: [entry('fire'), entry('gas')], open: true }, attachTo: document.body, global: { plugins: [router] } });
  const lists = () => page?.findAllComponents(PickList) ?? [];
  const list = (option: string) => lists().find((one) => one.props('options').some(({ value }) => value === option));
  await until(() => { expect(list('n')).toBeDefined(); });
  list('gas')?.vm.$emit('update:modelValue', 'gas');
  await flushPromises();
  await put(db, 'unit', unit('o'));
  await until(() => { expect(list('o')).toBeDefined(); });
  expect(list('gas')?.props('modelValue')).toBe('gas');
});
