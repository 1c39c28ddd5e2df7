// @vitest-environment happy-dom
/** The desk's page of one doubt: both sides, the words, a decision with its reason. */
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { figures, parseFlag } from './flag';
import FlagPage from './FlagPage.vue';
import { kindName, kindOptions, whatToLookAt } from './kinds';

const photo = (id: string, unit: string) => ({
  id, author_name: 'Wang', unit_name: unit, origin: 'gallery', purpose: 'found', state: 'stored', taken_at: 1_795_000_000_000, received_at: 1_795_000_100_000, inspection_id: null, hazard_id: 'h1',
});
const doubt = {
  id: 'f1', kind: 'photo-before-after', subject_type: 'photo', subject: photo('p2', 'County hospital'), other_id: 'p1', other: photo('p1', 'County hospital'), inspection_id: null, hazard_id: 'h1',
  unit_name: 'County hospital', person_name: 'Wang', details: { distance: 2, same_bytes: false }, state: 'open', created_at: 1_795_000_200_000, decisions: [], may_decide: true,
};
const sent = vi.fn<(body: unknown) => void>();
let answer: object = doubt;

async function page(): Promise<ReturnType<typeof mount>> {
  const router: Router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/flags/:id', component: FlagPage }, { path: '/:rest(.*)*', component: { template: '<i />' } }] });
  await router.push('/desk/flags/f1');
  const shown = mount(FlagPage, { global: { plugins: [router] } });
  await flushPromises();
  return shown;
}

beforeEach(async () => {
  sent.mockClear();
  answer = doubt;
  await setLocale('en');
  await loadMessages(['flags', 'desk', 'photo', 'problem']);
  useApiPorts({
    fetch: (_path, init) => {
      if (init?.method === 'POST') {
        sent(JSON.parse(String(init.body)));
        answer = { ...doubt, state: 'dismissed', decisions: [{ state: 'dismissed', name: 'Zhou', at: 1_795_000_300_000, reason: 'Same door' }] };
      }
      return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

describe('a doubt', () => {
  it('shows both pictures, the earlier one first, with who, where and how they were taken', async () => {
    const shown = await page();
    const sides = shown.findAll('[data-testid="flag-side"]');
    expect(sides.map((side) => side.find('img').attributes('src'))).toEqual(['/api/photos/p1/marked', '/api/photos/p2/marked']);
    expect(sides[0]?.text()).toContain('County hospital');
    expect(sides[0]?.text()).toContain('Wang');
    expect(shown.text()).toContain('2 of 63');
  });

  it('takes no decision without a reason, and shows what was decided', async () => {
    const shown = await page();
    const button = shown.get('[data-testid="decide-dismissed"]');
    expect(button.attributes('disabled')).toBeDefined();
    await shown.get('input, textarea').setValue('  Same door ');
    await button.trigger('click');
    await flushPromises();
    expect(sent).toHaveBeenCalledWith({ state: 'dismissed', reason: 'Same door' });
    expect(shown.get('[data-testid="said"]').text()).toContain('Same door');
    expect(shown.find('[data-testid="decide-open"]').exists()).toBe(true);
  });

  it('says plainly what may not be seen and who decides', async () => {
    answer = { ...doubt, other: null, may_decide: false };
    const shown = await page();
    expect(shown.findAll('img')).toHaveLength(1);
    expect(shown.find('[data-testid="decision"]').exists()).toBe(false);
    expect(shown.text()).toContain('may not see');
  });

  it('never breaks over words of a newer server', () => {
    expect(parseFlag({ id: 7, kind: 'photo-new', details: [1] }).kind).toBe('photo-new');
    expect(kindName('photo-new')).toBe('photo-new');
    expect(whatToLookAt('photo-new')).toBe('');
    expect(figures([1])).toEqual({});
    expect(kindOptions().length).toBeGreaterThan(6);
  });
});

it('the doubt of an address that was left does not come under the one that is shown', async () => {
  const hands = new Map<string, (response: Response) => void>();
  useApiPorts({ fetch: (path) => new Promise((resolve) => { hands.set(String(path), resolve); }) });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/flags/:id', component: FlagPage }, { path: '/:rest(.*)*', component: { template: '<i />' } }] });
  await router.push('/desk/flags/f1');
  const shown = mount(FlagPage, { global: { plugins: [router] } });
  await router.push('/desk/flags/f2');
  await flushPromises();
  const json = (body: object): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
  hands.get('/api/flags/f2')?.(json({ ...doubt, id: 'f2', unit_name: 'Village clinic' }));
  await flushPromises();
  hands.get('/api/flags/f1')?.(json(doubt));
  await flushPromises();
  expect(shown.get('[data-testid="flag"] .soft').text()).toContain('Village clinic');
});
