// @vitest-environment happy-dom
import { flushPromises, mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { useApiPorts } from '@/data/api';
import { session } from '@/data/session';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { logIn } from '../../../tests/support/visit';
import DueList from './DueList.vue';
import GrantList from './GrantList.vue';

const global = { stubs: { RouterLink: RouterLinkStub } };
let asked: { readonly method: string; readonly path: string; readonly body: unknown }[];
let refused: boolean;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'desk', 'problem']);
  await logIn();
});
beforeEach(() => {
  asked = [];
  refused = false;
  useApiPorts({
    fetch: (input, init) => {
      asked.push({ method: init?.method ?? 'GET', path: String(input), body: typeof init?.body === 'string' ? JSON.parse(init.body) : null });
      const [status, body] = refused ? [409, { code: 'stale-revision', title: 'Somebody was faster.', title_zh: 'x', status: 409 }] : [200, {}];
      return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

const lines = (page: VueWrapper): string[] => page.findAll('[data-testid="drawer-line"]').map((line) => line.text());
const dues = [{ kind: 'valve', name: 'Valve', due_on: '2027-01-05' }, { kind: 'gauge', name: 'Gauge', due_on: '2027-02-05' }];

function allow(...permissions: string[]): void {
  const me = session.value.me;
  if (me) Object.assign(me, { permissions });
}

it('due dates are listed, dropped and added with the version they were read in', async () => {
  allow('places.manage');
  const page = mount(DueList, { props: { asset: 'a', rev: 3, due: dues }, global });
  expect(lines(page)[0]).toContain('Valve');
  expect(lines(page)[1]).toContain('2027-02-05');
  await page.findAll('.drop')[0]?.trigger('click');
  await flushPromises();
  expect(asked[0]).toEqual({ method: 'PATCH', path: '/api/assets/a', body: { rev: 3, due: [dues[1]] } });
  expect(page.emitted('changed')).toHaveLength(1);
  refused = true;
  await page.findAll('.drop')[1]?.trigger('click');
  await flushPromises();
  expect(page.find('[role="alert"]').text()).not.toBe('');
  expect(page.emitted('changed')).toHaveLength(1);
});

it('who may not keep places only reads', () => {
  allow();
  const page = mount(DueList, { props: { asset: 'a', rev: 3, due: [] }, global });
  expect(page.find('form').exists()).toBe(false);
  expect(page.text()).toContain('No due date');
});

it('roles are listed with their place and taken away one by one', async () => {
  const grants = [{ id: 'g1', name_zh: 'x', name_en: 'Inspector', unit_id: null, region_id: null, ends_on: '2027-03-01' }];
  const page = mount(GrantList, { props: { person: { id: 'p', grants, username: 'li' } }, global });
  expect(lines(page)[0]).toContain('Inspector');
  expect(lines(page)[0]).toContain('2027-03-01');
  await page.find('.drop').trigger('click');
  await flushPromises();
  expect(asked[0]).toMatchObject({ method: 'DELETE', path: '/api/people/p/grants/g1' });
  expect(page.emitted('changed')).toHaveLength(1);
});
