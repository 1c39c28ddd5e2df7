// @vitest-environment happy-dom
/** A draft of a checklist, and a file that becomes one, while something is still on its way. */
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { useApiPorts } from '@/data/api';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { slowDrafts } from '../../../tests/support/slow';
import { logIn, wipe } from '../../../tests/support/visit';
import ImportPage from './pages/ImportPage.vue';
import { useDraft } from './state/useDraft';

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const json = (body: object): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
const draft = { id: 'd', key: 'fire', kind: 'checklist', state: 'draft', rev: 1, title: { zh: 'x', en: 'x' }, body: { minutes: 5 }, may: { write: true }, note: '', changed_by: 'p', changed_at: 1, mistakes: [] };
let db: Database;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'authoring', 'problem']);
  db = await logIn();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await wipe(db);
});

it('opens with what this browser had kept, never before', async () => {
  useApiPorts({ fetch: () => Promise.resolve(json(draft)) });
  await db.drafts.put({ key: 'authoring:d', data: { rev: 1, body: { minutes: 9 } }, at: 1 });
  const letGo = slowDrafts(db);
  const scope = effectScope();
  const work = scope.run(() => useDraft('d'));
  await new Promise((resolve) => setTimeout(resolve));
  await flushPromises();
  expect(work?.draft.value).toBeNull();
  letGo();
  await until(() => { expect(work?.edit.get('/minutes')).toBe(9); });
  scope.stop();
});

it('the file that was chosen last is the one that is kept', async () => {
  const hands: ((response: Response) => void)[] = [];
  useApiPorts({ fetch: () => Promise.resolve(json({ items: [], next: null, total: 0 })) });
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => { hands.push(resolve); }));
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] });
  const page = mount(ImportPage, { global: { plugins: [router] } });
  const input = page.get('input[type="file"]').element as HTMLInputElement;
  for (const name of ['one.xlsx', 'two.xlsx']) {
    Object.defineProperty(input, 'files', { configurable: true, value: [new File(['x'], name)] });
    input.dispatchEvent(new Event('change'));
    await flushPromises();
  }
  await until(() => { expect(hands).toHaveLength(2); });
  const read = (key: string): Response => json({ definition: { key, title: { zh: key, en: key }, sections: [] }, mistakes: [{ sheet: 's', row: 1, column: 'A', zh: key, en: key }], difference: null });
  hands[1]?.(read('second'));
  await flushPromises();
  const shown = page.html();
  expect(shown).toContain('second');
  hands[0]?.(read('first'));
  await flushPromises();
  expect(page.html()).toBe(shown);
});
