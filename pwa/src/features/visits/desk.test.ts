// @vitest-environment happy-dom
/** Planning at the desk: what is sent, what may be done with it, and who knew when. */
import { config, enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { useApiPorts } from '@/data/api';
import type { Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { parseVisit } from '@/visits/desk';
import VisitOfTask from '@/visits/VisitOfTask.vue';
import { location, offer, put, unit } from '../../../tests/support/rows';
import { logIn, wipe } from '../../../tests/support/visit';
import DeskVisitView from './DeskVisitView.vue';
import { fromLocal } from './plan-form';
import VisitForm from './VisitForm.vue';

type Sent = readonly [method: string, path: string, body: unknown];
config.global.stubs = { RouterLink: true };

let db: Database;
let sent: Sent[] = [];
const answers = new Map<string, unknown>();
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

const OPENS = 1_900_000_000_000;
const seen = (more: object = {}) => ({
  id: 'v', state: 'sealed', opens_at: OPENS, ends_at: OPENS + 36_000_000, leader_id: 'a', member_ids: ['b'], key_release: 'offline', package_size: 65_536, opened_at: null, arrived_at: null, released_at: null,
  rev: 3, created_by: 'p', created_at: 1, knower_ids: [], unit_name: 'County hospital', people: { a: 'Li', b: 'Zhou', p: 'He' }, may: ['change', 'cancel', 'release', 'print', 'log'], number: null, cancelled_reason: null, arrival: null,
  plan: { unit_id: 'n', title: '', mode: 'surprise', checklist_keys: ['fire'], location_ids: [], note: 'by the back door', assignment_id: 't', leader_id: 'a', member_ids: ['b'] }, ...more,
});
const log = { items: [{ seq: 1, at: 1, person_id: 'p', person: 'He', how: 'planned', by: 'p', by_name: 'He', details: {}, link: '' }, { seq: 2, at: 2, person_id: 'a', person: 'Li', how: 'opened', by: 'a', by_name: 'Li', details: { early: true }, link: '' }, { seq: 3, at: 3, person_id: '', person: '', how: 'teleported', by: null, by_name: '', details: {}, link: '' }], head: 'ab'.repeat(32), sound: true };
const person = (id: string, name: string, role = 'inspector') => ({ id, name, title: null, unit_id: null, roles: [role], active: true });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'visits', 'desk', 'problem']);
  db = await logIn(['visits.seal', 'experts.read']);
});

/** What is only asked, or kept meanwhile, is not sent. */
function note(address: string, init: RequestInit | undefined): void {
  const { method = 'GET', body } = init ?? {};
  if (method !== 'GET' && !/\/(?:unsent\/|recusals$)/.test(address)) sent.push([method, address, JSON.parse(String(body))]);
}

beforeEach(async () => {
  await wipe(db);
  await put(db, 'unit', unit('n', { name: 'County hospital', region_id: 'r' }));
  await put(db, 'region', { id: 'r', parent_id: 'c', code: '1', name: 'R', level: 'county' }, { id: 'c', parent_id: null, code: '2', name: 'C', level: 'city' });
  await put(db, 'location', location('l', null, { unit_id: 'n', path: 'Ward' }));
  await put(db, 'person', person('a', 'Li'), person('b', 'Zhou'), person('q', 'Qian', 'visit_planner'));
  await offer(db, 'fire');
  sent = [];
  answers.clear();
  answers.set('/api/visits/v/knowledge', log);
  useApiPorts({
    fetch: (path, init) => {
      const address = String(path);
      note(address, init);
      const body = answers.get(address.split('?')[0] ?? '') ?? seen();
      return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

// A form that goes keeps what is half written: that belongs to its own test. The hooks run from the last to the first.
afterEach(async () => { await flushPromises(); });
enableAutoUnmount(afterEach);

async function form(visit: object | null): Promise<ReturnType<typeof mount>> {
  const shown = mount(VisitForm, { props: { visit: visit === null ? null : parseVisit(visit) } });
  await until(() => { expect(shown.findAll('option').some((one) => one.text() === 'County hospital')).toBe(true); });
  await flushPromises();
  return shown;
}
const tick = async (shown: ReturnType<typeof mount>, legend: string, label: string): Promise<void> => {
  const box = shown.findAll('fieldset').find((one) => one.text().startsWith(legend))?.findAll('label').find((one) => one.text() === label)?.find('input');
  if (!box) throw new Error(`no ${label} under ${legend}`);
  await box.setValue(true);
};

it('a plan is sent whole, its times as moments, and the leader not twice', async () => {
  const shown = await form(null);
  expect(shown.get('[data-testid="form-save"]').attributes('disabled')).toBeDefined();
  await shown.get('[name="unit_id"]').setValue('n');
  await tick(shown, t('visits.checklists'), 'fire');
  await shown.get('[name="leader_id"]').setValue('a');
  await tick(shown, t('visits.members'), 'Li');
  await tick(shown, t('visits.members'), 'Zhou');
  await shown.get('[name="opens_at"]').setValue('2030-03-01T08:00');
  await shown.get('[name="ends_at"]').setValue('2030-03-01T18:00');
  await shown.get('[name="note"]').setValue('by the back door');
  await shown.get('form').trigger('submit');
  await until(() => { expect(shown.emitted('saved')).toHaveLength(1); });
  expect(sent).toEqual([['POST', '/api/visits', {
    unit_id: 'n', checklist_keys: ['fire'], mode: 'surprise', leader_id: 'a', member_ids: ['b'], key_release: 'offline', note: 'by the back door',
    opens_at: fromLocal('2030-03-01T08:00'), ends_at: fromLocal('2030-03-01T18:00'), from_unsent: true,
  }]]);
});

it('times that do not fit are named before anything is sent', async () => {
  const shown = await form(null);
  await shown.get('[name="opens_at"]').setValue('2030-03-01T18:00');
  await shown.get('[name="ends_at"]').setValue('2030-03-01T08:00');
  expect(shown.text()).toContain(t('visits.times-order'));
});

it('a change sends what was changed, with the version it was made on', async () => {
  const shown = await form(seen());
  await shown.get('[name="note"]').setValue('by the gate');
  await shown.get('form').trigger('submit');
  await until(() => { expect(sent).toHaveLength(1); });
  expect(sent[0]).toMatchObject(['PATCH', '/api/visits/v', { rev: 3, note: 'by the gate' }]);
  expect(sent[0]?.[2]).not.toHaveProperty('unit_id');
});

it('whoever should stand aside goes only for a reason', async () => {
  answers.set('/api/visits/recusals', { items: [{ person_id: 'a', kind: 'relation', text: { zh: '近亲属', en: 'Family' } }] });
  const shown = await form(seen());
  await until(() => { expect(shown.get('[data-testid="recusals"]').text()).toContain('Li'); });
  expect(shown.findAll('[data-testid="recusals"] li')).toHaveLength(1);
  expect(shown.get('[data-testid="form-save"]').attributes('disabled')).toBeDefined();
  await shown.get('[name="recusal_reason"]').setValue(' nobody else can ');
  await shown.get('form').trigger('submit');
  await until(() => { expect(sent).toHaveLength(1); });
  expect(sent[0]?.[2]).toMatchObject({ rev: 3, recusal_reason: 'nobody else can' });
});

it('a reason that was given before is shown and not asked for again', async () => {
  const text = { zh: '近亲属', en: 'Family' };
  answers.set('/api/visits/recusals', { items: [{ person_id: 'a', kind: 'relation', text }] });
  const shown = await form(seen({ recusals: [{ person_id: 'a', kind: 'relation', text, reason: 'nobody else can' }] }));
  await until(() => { expect(shown.get('[data-testid="recusals"]').text()).toContain('nobody else can'); });
  expect(shown.find('[name="recusal_reason"]').exists()).toBe(false);
});

it('a form that was left half written is there again, from the server alone', async () => {
  answers.set('/api/visits/unsent/new', { content: { unit_id: 'n', location_ids: ['l'], note: 'by the back door', opens_at: '2030-03-01T08:00' }, saved_at: 5 });
  const shown = await form(null);
  await until(() => { expect(shown.find('[data-testid="taken-up"]').exists()).toBe(true); });
  expect((shown.get('[name="note"]').element as HTMLTextAreaElement).value).toBe('by the back door');
  expect((shown.get('[name="opens_at"]').element as HTMLInputElement).value).toContain('2030-03-01T08:00');
  await until(() => { expect(shown.findAll('input:checked')).toHaveLength(1); });
  await shown.get('[data-testid="begin-anew"]').trigger('click');
  await until(() => { expect((shown.get('[name="note"]').element as HTMLTextAreaElement).value).toBe(''); });
  expect(await db.drafts.count()).toBe(0);
});

it('a form that is half written is not shown before it was read, and never written over unread', async () => {
  answers.set('/api/visits/unsent/new', { content: { note: 'by the back door' }, saved_at: 5 });
  const line = { isThere: false };
  const kept: unknown[] = [];
  useApiPorts({
    fetch: (path, init) => {
      if (!line.isThere) return Promise.reject(new TypeError('off line'));
      if (init?.method === 'PUT') kept.push(JSON.parse(String(init.body)));
      return Promise.resolve(Response.json(answers.get(String(path)) ?? { content: null, saved_at: null, items: [] }));
    },
  });
  const shown = mount(VisitForm, { props: { visit: null } });
  await until(() => { expect(shown.find('[data-testid="desk-failure"]').exists()).toBe(true); });
  expect(shown.find('[name="note"]').exists()).toBe(false);
  line.isThere = true;
  await shown.get('[data-testid="desk-failure"] button').trigger('click');
  await until(() => { expect((shown.get('[name="note"]').element as HTMLTextAreaElement).value).toBe('by the back door'); });
  expect(kept).toEqual([]);
});

it('every pause keeps what was written, and nothing of it on this computer', async () => {
  const kept: unknown[] = [];
  useApiPorts({
    fetch: (path, init) => {
      if (init?.method === 'PUT') kept.push([String(path), JSON.parse(String(init.body))]);
      return Promise.resolve(new Response(JSON.stringify({ content: null, saved_at: null, items: [] }), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
  const shown = await form(null);
  await shown.get('[name="note"]').setValue('by the gate');
  await until(() => { expect(kept).toEqual([['/api/visits/unsent/new', { content: { note: 'by the gate' } }]]); });
  expect(await db.drafts.count()).toBe(0);
  // The mark that there are databases at all says nothing of what is in them.
  expect({ ...localStorage, ...sessionStorage }).toEqual({ 'anxun.kept': '1' });
});

it('one visit: what is planned, who knows, and the log with early tries and unknown words', async () => {
  const shown = mount(DeskVisitView, { props: { visit: parseVisit(seen()) } });
  await until(() => { expect(shown.findAll('[data-testid="knowledge-line"]')).toHaveLength(3); });
  expect(shown.text()).toContain('by the back door');
  expect(shown.get('[data-testid="knowledge"]').text()).toContain(t('visits.how-early'));
  expect(shown.get('[data-testid="knowledge"]').text()).toContain('teleported');
  expect(shown.get('[data-testid="knowledge"]').text()).toContain(t('visits.log-sound'));
  expect(shown.get('[data-testid="visit-print"]').attributes('href')).toBe('/api/visits/v/plan.pdf');
  expect(shown.find('[data-testid="visit-tell"]').exists()).toBe(false);
});

it('nothing is called off or made known without a reason', async () => {
  const shown = mount(DeskVisitView, { props: { visit: parseVisit(seen({ may: ['cancel', 'release', 'tell'] })) } });
  await until(() => shown.get('[data-testid="visit-tell"]'));
  expect(shown.get('[data-testid="visit-cancel"]').attributes('disabled')).toBeDefined();
  await shown.get('[name="reason"]').setValue(' heard of ');
  await shown.get('[data-testid="visit-cancel"]').trigger('click');
  await until(() => { expect(shown.emitted('changed')).toHaveLength(1); });
  expect(sent).toEqual([['POST', '/api/visits/v/cancel', { reason: 'heard of' }]]);
});

it('telling a colleague leaves the reason that is being written', async () => {
  const shown = mount(DeskVisitView, { props: { visit: parseVisit(seen({ may: ['cancel', 'release', 'tell'] })) } });
  await until(() => shown.get('option[value="q"]'));
  await shown.get('[name="reason"]').setValue('heard of, half');
  await shown.get('[name="knower"]').setValue('q');
  await shown.get('[data-testid="visit-tell"]').trigger('click');
  await until(() => { expect(shown.emitted('changed')).toHaveLength(1); });
  expect(sent).toEqual([['POST', '/api/visits/v/knowers', { person_id: 'q' }]]);
  expect(shown.get<HTMLTextAreaElement>('[name="reason"]').element.value).toBe('heard of, half');
});

it('whoever may not know sees a card and no more', async () => {
  const hidden = { plan: undefined, unit_name: undefined, created_by: undefined, may: [] };
  const shown = mount(DeskVisitView, { props: { visit: parseVisit(seen(hidden)) } });
  await flushPromises();
  expect(shown.text()).toContain(t('visits.sealed-title'));
  expect(shown.find('[data-testid="knowledge"]').exists()).toBe(false);
  expect(shown.find('[data-testid="visit-change"]').exists()).toBe(false);
});

it('a record that came from a sealed visit tells of the arrival; any other record nothing', async () => {
  const arrival = { at: 5, by: 'a', received_at: 6, proof: { kind: 'tag', tag: 'ABCDEFGH' }, verified: false, met: [{ name: 'Zhao', title: 'guard' }], escort: null };
  answers.set('/api/visits', { items: [seen({ state: 'arrived', arrival, may: ['log'] })], next: null, total: 1 });
  const shown = mount(VisitOfTask, { props: { task: 't' } });
  await until(() => { expect(shown.get('[data-testid="arrival-facts"]').text()).toContain('Zhao guard'); });
  expect(shown.text()).toContain(t('visits.unverified'));
  expect(shown.text()).toContain(t('visits.escort-unsaid'));
  const other = mount(VisitOfTask, { props: { task: 'x' } });
  await flushPromises();
  expect(other.find('[data-testid="record-visit"]').exists()).toBe(false);
});
