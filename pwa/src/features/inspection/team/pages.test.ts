// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { hideSnack } from '@/ui/snack';
import { put } from '../../../../tests/support/rows';
import { logIn, MINI, seedVisit, sent, wipe } from '../../../../tests/support/visit';
import WalkthroughPage from '../pages/WalkthroughPage.vue';
import ConflictsPage from './ConflictsPage.vue';
import { sharedVisit, visitId } from './shared';
import TeamPage from './TeamPage.vue';

let db: Database;
let id: string;
let page: VueWrapper | undefined;

const all = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${name}"]`)];
const find = (name: string): HTMLElement => {
  const element = all(name)[0];
  if (!element) throw new Error(`no ${name} in ${document.body.textContent ?? ''}`);
  return element;
};
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

vi.setConfig({ testTimeout: 30_000 });

async function open(path: string): Promise<void> {
  const routes = [
    { path: '/inspections/:id', component: WalkthroughPage, props: true },
    { path: '/inspections/:id/team', component: TeamPage, props: true },
    { path: '/inspections/:id/conflicts', component: ConflictsPage, props: true },
    { path: '/:rest(.*)*', component: { render: () => h('p') } },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/inspections/${id}${path}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
}

/** What two people said about the first item, as the server tells it. */
async function dispute(lead: string): Promise<void> {
  const values = [{ v: 'pass', by: db.user, at: 1 }, { v: 'fail', by: 'zhao', at: 2 }];
  const candidates = values.map((value, n) => ({ ...value, rev: n + 1 }));
  await put(db, 'answer', { id: `${id}||m.sign`, inspection_id: id, target_id: '', item_key: 'm.sign', fields: { result: { v: 'fail', rev: 2, by: 'zhao', at: 2, candidates } } });
  await put(db, 'conflict', { id: 'c1', inspection_id: id, target_id: '', item_key: 'm.sign', field: 'result', values, state: 'open', resolution: null });
  await db.overlay.update(['inspection', id], { data: { ...(await db.overlay.get(['inspection', id]))?.data, lead_id: lead } });
}

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'photo', 'answers', 'visit', 'team']);
  db = await logIn();
});
beforeEach(async () => {
  document.body.innerHTML = '<div id="page-actions"></div>';
  vi.stubGlobal('scrollTo', () => undefined);
  Element.prototype.scrollTo = () => undefined;
  id = await seedVisit(db, MINI, { members: ['zhao'] });
  await put(db, 'person', { id: 'zhao', name: 'Zhao', title: null, unit_id: null, roles: ['inspector'], active: true });
  await put(db, 'person', { id: 'qian', name: 'Qian', title: null, unit_id: null, roles: ['inspector'], active: true });
});
afterEach(async () => {
  page?.unmount();
  hideSnack();
  await flushPromises();
  await wipe(db);
});

describe('the team’s page', () => {
  it('takes a part on with one tap and gives another to a colleague', async () => {
    await open('/team');
    await until(() => { expect(all('part-row')).toHaveLength(2); });
    all('part-take')[0]?.click();
    await until(() => { expect(all('part-give')[0]?.textContent).toBe('I'); });
    all('part-give')[1]?.click();
    await until(() => find('give-zhao'));
    find('give-zhao').click();
    await until(() => { expect(all('part-give')[1]?.textContent).toBe('Zhao'); });
    expect(await sent(db, 'part.assign')).toEqual([
      { inspection: id, parts: { 'section:a': db.user } },
      { inspection: id, parts: { 'section:b': 'zhao' } },
    ]);
  });

  it('asks a colleague to join, hands the lead over and lets somebody go', async () => {
    await open('/team');
    await until(() => find('pick-joining'));
    find('pick-joining').querySelector<HTMLInputElement>('input[value="qian"]')?.click();
    await until(() => find('join-save'));
    find('join-save').click();
    await until(() => find('member-qian'));
    expect(await sent(db, 'team.add')).toEqual([{ inspection: id, person: 'qian' }]);
    find('leave-qian').click();
    await until(() => { expect(all('member-qian')).toHaveLength(0); });
    find('lead-zhao').click();
    await until(() => find('reasons'));
    find('reasons').querySelector('button')?.click();
    await until(() => { expect(find('member-zhao').textContent).toContain('Lead'); });
    expect((await sent(db, 'team.lead'))[0]).toMatchObject({ person: 'zhao' });
  });
});

describe('the card of a dispute', () => {
  it('lets the lead decide with a reason, at once and without a line [fault 48]', async () => {
    await dispute(db.user);
    await open('/conflicts');
    await until(() => { expect(all('conflict-side')).toHaveLength(2); });
    expect(find('conflict-standing').textContent).toContain('worse');
    find('decide-Fail').click();
    await until(() => find('reasons'));
    find('reasons').querySelector('button')?.click();
    await until(() => find('settled'));
    expect((await sent(db, 'conflict.resolve'))[0]).toMatchObject({ id: 'c1', value: 'fail', base: 2, item: 'm.sign', field: 'result' });
    expect(find('conflict-decided').textContent).toContain('let “Fail” stand');
  });

  it('lets the other person agree, and not decide', async () => {
    await dispute('zhao');
    await open('/conflicts');
    await until(() => find('agree'));
    expect(all('decide-Fail')).toHaveLength(0);
    find('agree').click();
    await until(async () => { expect((await sent(db, 'answer.set')).at(-1)).toMatchObject({ set: { result: 'fail' }, base: { result: 2 } }); });
  });

  it('stands at the item, where a tap by habit decides nothing', async () => {
    await dispute(db.user);
    await open('');
    await until(() => find('conflict'));
    find('answer-pass').click();
    await flushPromises();
    expect(await sent(db, 'answer.set')).toEqual([]);
    await until(() => { expect(find('who-said').textContent).toContain('Zhao: Fail'); });
  });
});

describe('the walk of a team', () => {
  it('shows whose part it is, takes it over, and walks only what is mine', async () => {
    await put(db, 'part', { id: `${id}|section:a`, inspection_id: id, part: 'section:a', person_id: 'zhao', said_by: 'zhao', said_at: 1 });
    await put(db, 'part', { id: `${id}|section:b`, inspection_id: id, part: 'section:b', person_id: db.user, said_by: 'zhao', said_at: 1 });
    await open('');
    await until(() => { expect(find('part-owner').textContent).toContain('Zhao'); });
    await until(() => { expect(find('mine-bar').textContent).toContain('Mine 0/2'); });
    find('step-next').click();
    await until(() => { expect(find('item-card').dataset['item']).toBe('m.one'); });
    find('step-back').click();
    await flushPromises();
    expect(find('item-card').dataset['item']).toBe('m.one');
    const chips = find('mine-bar').querySelectorAll('input');
    chips[1]?.click();
    await flushPromises();
    find('step-back').click();
    await until(() => { expect(find('item-card').dataset['item']).toBe('m.words'); });
    await until(() => find('take-over'));
    find('take-over').click();
    await until(() => { expect(all('part-owner')).toHaveLength(0); });
    expect(await sent(db, 'part.assign')).toEqual([{ inspection: id, parts: { 'section:a': db.user } }]);
  });
});

describe('one record of one task', () => {
  it('has one identifier on every phone, until it was handed in [fault 56]', async () => {
    const wish = { assignment: 'task', checklist: 'mini', people: 2, partial: false };
    const shared = await sharedVisit('task', 'mini');
    expect(shared).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await visitId(db, wish)).toBe(shared);
    expect(await sharedVisit('task', 'fire')).not.toBe(shared);
    expect(await visitId(db, { ...wish, people: 1 })).not.toBe(shared);
    expect(await visitId(db, { ...wish, partial: true })).not.toBe(shared);
    expect(await visitId(db, { ...wish, assignment: null })).not.toBe(shared);
    await put(db, 'inspection', { id: shared, state: 'submitted' });
    expect(await visitId(db, wish)).not.toBe(shared);
  });
});
