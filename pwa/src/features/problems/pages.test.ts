// @vitest-environment happy-dom
/** The pages as a person meets them: the list, one case, a decision that can be taken back, and the desk. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { useApiPorts } from '@/data/api';
import type { Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { commit } from '@/sync/outbox';
import { refusals } from '@/sync/refusals';
import { runSnackAction } from '@/ui/snack';
import { put, unit } from '../../../tests/support/rows';
import { logIn, wipe } from '../../../tests/support/visit';
import DeskProblem from './DeskProblem.vue';
import { parseCase } from './cases';
import ProblemPage from './ProblemPage.vue';
import ProblemsPage from './ProblemsPage.vue';

vi.setConfig({ testTimeout: 30_000 });
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const at = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const write = (name: string, words: string): void => {
  const field = document.querySelector<HTMLTextAreaElement>(`[name="${name}"]`);
  if (!field) throw new Error(`no field ${name}`);
  field.value = words;
  field.dispatchEvent(new Event('input'));
};

let db: Database;
let router: Router;
let page: VueWrapper | null = null;
let id: string;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'account', 'problem', 'problems', 'desk']);
  db = await logIn(['problems.decide']);
});

beforeEach(async () => {
  await wipe(db);
  await put(db, 'unit', unit('n', { name: 'County hospital' }));
  const args = { id: 'h', unit_id: 'n', source: 'report', title: 'Blocked exit', description: 'wheelchairs', basis: [], grade: 'general', suspected_major: false, due_on: '2026-02-30', photos: ['p'] } as const;
  [id = ''] = await commit(db, [{ name: 'hazard.open', args }]);
  await db.outbox.update(id, { state: 'refused', status: 'rejected', code: 'sync-bad-day', problem: id, touches: [] });
  await db.overlay.clear();
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/me/problems', component: ProblemsPage }, { path: '/me/problems/:id', component: ProblemPage }, { path: '/:rest(.*)*', component: { render: () => h('main') } }],
  });
});

afterEach(() => {
  page?.unmount();
  page = null;
  document.body.innerHTML = '';
});

async function open(path: string): Promise<void> {
  await router.push(path);
  page = mount({ render: () => h(RouterView) }, { global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
}

it('the list says what, and why in one sentence', async () => {
  await open('/me/problems');
  await until(() => at('problem-row'));
  expect(at('problem-row').textContent).toContain('Blocked exit');
  expect(at('problem-row').textContent).toContain(t('problems.why.sync-bad-day'));
  expect(at('problems-mine').textContent).toContain('(1)');
});

it('the page shows what, where and the photo’s place, and that nothing is lost [fault 102]', async () => {
  await open(`/me/problems/${id}`);
  await until(() => at('problem-why'));
  expect(at('problem-why').textContent).toContain(t('problems.safe.mine'));
  for (const words of ['Blocked exit', 'wheelchairs', 'County hospital']) expect(at('piece').textContent).toContain(words);
  expect(at('piece').querySelector('img')?.getAttribute('src')).toBe('/api/photos/p/thumb');
  expect(at('problem-rescue').getAttribute('href')).toContain(id);
});

it('corrected and sent again, the form begins with what was written', async () => {
  await open(`/me/problems/${id}`);
  await until(() => at('problem-correct'));
  at('problem-correct').click();
  await until(() => at('problem-edit'));
  expect(document.querySelector<HTMLInputElement>('[name=title]')?.value).toBe('Blocked exit');
  write('due_on', '2026-12-01');
  await flushPromises();
  at('problem-send').click();
  await until(async () => { expect(await refusals(db)).toEqual([]); });
  const queued = (await db.outbox.toArray()).filter(({ state }) => state === 'queued');
  expect(queued.map(({ name }) => name)).toEqual(['hazard.open', 'problem.handle']);
  expect(queued[0]?.args).toMatchObject({ id: 'h', title: 'Blocked exit', due_on: '2026-12-01', photos: ['p'] });
});

it('given up with a reason, and taken back', async () => {
  await put(db, 'outcome', { id, status: 'rejected', code: 'sync-bad-day', params: {}, name: 'hazard.open', problem: id, at: 1, state: 'open', head: null, word: null });
  await open(`/me/problems/${id}`);
  await until(() => at('problem-discard'));
  at('problem-discard').click();
  await until(() => at('problem-confirm'));
  expect(at('problem-confirm').hasAttribute('disabled')).toBe(true);
  write('reason', 'a duplicate');
  await until(() => { expect(at('problem-confirm').hasAttribute('disabled')).toBe(false); });
  at('problem-confirm').click();
  await until(async () => { expect(await refusals(db)).toEqual([]); });
  await until(() => { expect(router.currentRoute.value.path).toBe('/me/problems'); });
  runSnackAction();
  await until(async () => { expect(await refusals(db)).toMatchObject([{ id, stage: 'mine' }]); });
  await until(() => at('problem-row'));
});

it('the desk shows whose it is and accepts it with a reason', async () => {
  const asked: [string, unknown][] = [];
  useApiPorts({
    fetch: (input, init) => {
      asked.push([String(input), JSON.parse(String(init?.body))]);
      return Promise.resolve(Response.json({ accepted: 1, left: [] }));
    },
  });
  const found = parseCase({
    id, name: 'hazard.open', kind: 'rejected', state: 'handed', code: 'forbidden', params: {}, at: 1, args: {}, list: 'former', author: { id: 'a', name: 'Wang', active: true }, unit: 'County hospital',
    received_at: 2, history: [{ act: 'handover', at: 2, by_name: 'Wang', note: 'I was moved' }],
    pieces: [{ id, name: 'hazard.open', kind: 'rejected', state: 'handed', code: 'forbidden', params: {}, at: 1, args: { title: 'Blocked exit' }, facts: { unit: 'County hospital' } }],
    pictures: [{ case: id, id: 'p', state: 'stored' }],
  });
  const decided = vi.fn();
  page = mount(DeskProblem, { props: { found, onDecided: decided }, attachTo: document.body });
  for (const words of ['Wang', 'Blocked exit', 'County hospital', 'I was moved', t('problems.list-text.former')]) expect(at('desk-problem').textContent).toContain(words);
  expect(at('problem-accept').hasAttribute('disabled')).toBe(true);
  write('reason', 'seen myself');
  await flushPromises();
  at('problem-accept').click();
  await until(() => { expect(decided).toHaveBeenCalledWith(false); });
  expect(asked).toEqual([[`/api/problems/${id}/accept`, { reason: 'seen myself' }]]);
});
