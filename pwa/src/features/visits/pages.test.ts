// @vitest-environment happy-dom
/** The phone's pages as leader and member meet them: closed, unsure of the time, open, arrived. */
import { webcrypto } from 'node:crypto';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import vector from '@contracts/vectors/visits.json';
import { fromBase64 } from '@/custody/bytes';
import { useApiPorts } from '@/data/api';
import { writeMeta, type Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { readVisit } from '@/visits/queries';
import SealedCards from '@/visits/SealedCards.vue';
import { slowDrafts } from '../../../tests/support/slow';
import { logIn, wipe } from '../../../tests/support/visit';
import ArrivePage from './ArrivePage.vue';
import VisitPage from './VisitPage.vue';

vi.setConfig({ testTimeout: 30_000 });
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 20 });
const find = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const at = (id: string): HTMLElement => {
  const found = find(id);
  if (!found) throw new Error(`no ${id} in ${document.body.textContent}`);
  return found;
};
const isOff = (id: string): boolean => (at(id) as HTMLButtonElement).disabled;

const { visit: ID, opens_at: OPENS, content } = vector;
const HOUR = 3_600_000;
let db: Database;
let router: Router;
let page: VueWrapper | null = null;

const row = (more: object = {}) => ({
  id: ID, state: 'sealed', opens_at: OPENS, ends_at: OPENS + 10 * HOUR, leader_id: db.user, member_ids: ['m'], key_release: 'offline',
  package_url: '/x', package_sha256: vector.package.sha256, plan: null, wrapped: [vector.wrapped], ...more,
});
const tell = (data: object): Promise<unknown> => db.rows.put({ etype: 'visit', eid: ID, parent: '', rv: 1, scopes: [`visit:${ID}`], gens: {}, data: data as Record<string, unknown> });
/** The server's clock as heard now; `asleep` is how far the settable clock has run on alone. */
const hear = (server: number, asleep = 0): Promise<void> => {
  const { now, mono, boot } = db.env;
  return writeMeta(db, 'clock', { server, wall: now() - asleep, mono: mono(), boot });
};

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'visits', 'answers', 'photo']);
  db = await logIn(['inspections.conduct']);
});

beforeEach(async () => {
  await wipe(db);
  useApiPorts({ fetch: () => Promise.reject(new TypeError('offline')) });
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  const privateKey = await webcrypto.subtle.importKey('pkcs8', fromBase64(vector.device.pkcs8), algorithm, false, ['deriveBits']);
  await db.sealing.put({ client: vector.wrapped.client, pair: { privateKey, publicKey: privateKey } as CryptoKeyPair, publicKey: '', registered: true });
  await db.packages.put({ visit: ID, sha256: vector.package.sha256, bytes: fromBase64(vector.package.base64).buffer });
  await tell(row());
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/today', component: SealedCards }, { path: '/visits/:id', component: VisitPage },
      { path: '/visits/:id/arrive', component: ArrivePage }, { path: '/:rest(.*)*', component: { render: () => h('main') } },
    ],
  });
});

afterEach(() => {
  page?.unmount();
  page = null;
  document.body.innerHTML = '';
  vi.unstubAllGlobals();
});

async function open(path: string): Promise<void> {
  await router.push(path);
  page = mount({ render: () => h(RouterView) }, { global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
}

async function opened(): Promise<void> {
  await hear(OPENS);
  await open(`/visits/${ID}`);
  await until(() => { expect(isOff('visit-open')).toBe(false); });
  at('visit-open').click();
  await until(() => at('visit-plan'));
}

it('before its time the card tells the time and nothing else, and the button waits', async () => {
  await hear(OPENS - HOUR);
  await open('/today');
  await until(() => { expect(at('sealed-ready').textContent).toContain(t('visits.ready-ready')); });
  expect(at('sealed-visit').textContent).not.toContain(content.plan.note);
  expect(at('sealed-go').textContent).toContain(t('visits.look'));
  page?.unmount();
  await open(`/visits/${ID}`);
  await until(() => at('visit-early'));
  expect(isOff('visit-open')).toBe(true);
});

it('a clock that runs ahead alone does not open; the words say what helps', async () => {
  await hear(OPENS - HOUR, 3 * HOUR);
  await open(`/visits/${ID}`);
  await until(() => at('visit-unsure'));
  expect(find('visit-open')).toBeNull();
  at('time-line').click();
  await until(() => { expect([at('time-asked').textContent, isOff('time-line')]).toEqual([t('visits.asked-line'), false]); });
  const fixes = [{ altitude: null, at: OPENS }, { altitude: 80, at: OPENS - HOUR }, { altitude: 80, at: OPENS + HOUR }];
  const getCurrentPosition = (take: (fix: unknown) => void): void => {
    const fix = fixes.shift();
    take({ coords: { latitude: 1, longitude: 2, accuracy: 9, altitude: fix?.altitude }, timestamp: fix?.at });
  };
  vi.stubGlobal('navigator', { ...navigator, geolocation: { getCurrentPosition } });
  at('time-sky').click();
  await until(() => { expect([at('time-asked').textContent, isOff('time-sky')]).toEqual([t('visits.asked-sky'), false]); });
  at('time-sky').click();
  await until(() => at('visit-early'));
});

it('satellites are believed after a night asleep', async () => {
  await hear(OPENS - HOUR, 3 * HOUR);
  vi.stubGlobal('navigator', { ...navigator, geolocation: { getCurrentPosition: (take: (fix: unknown) => void) => { take({ coords: { latitude: 1, longitude: 2, accuracy: 9, altitude: 80 }, timestamp: OPENS + 2 * HOUR }); } } });
  await open(`/visits/${ID}`);
  await until(() => at('visit-unsure'));
  at('time-sky').click();
  await until(() => { expect(isOff('visit-open')).toBe(false); });
});

it('opens without a line, and shows plan, unit and the code for the team', async () => {
  await opened();
  expect(at('visit-plan').textContent).toContain('安平县人民医院');
  expect(at('visit-plan').textContent).toContain(content.plan.note);
  at('show-code').click();
  await until(() => { expect(at('team-qr').querySelector('path')?.getAttribute('d')?.length).toBeGreaterThan(1000); });
});

it('says why it stays closed', async () => {
  await hear(OPENS);
  await db.packages.clear();
  await open(`/visits/${ID}`);
  await until(() => { expect(isOff('visit-open')).toBe(false); });
  at('visit-open').click();
  await until(() => { expect(at('visit-closed').textContent).toContain(t('visits.closed-no-package')); });
});

it('a member is led to the leader’s code, and told when it is another', async () => {
  await tell(row({ leader_id: 'x', wrapped: [] }));
  await hear(OPENS);
  await open(`/visits/${ID}`);
  await until(() => { expect(isOff('visit-join')).toBe(false); });
  expect(at('sealed-ready').textContent).toContain(t('visits.ready-code'));
  expect(find('visit-open')).toBeNull();
});

it('an arrival wants one proof, keeps what is half filled in, and leads into the walk', async () => {
  await opened();
  page?.unmount();
  await open(`/visits/${ID}/arrive`);
  await until(() => { expect(at('arrive-lack').textContent).toBe(t('visits.lack-proof')); });
  expect(isOff('arrive-confirm')).toBe(true);
  at('proof-kind').querySelectorAll('input')[0]?.click();
  await until(() => { expect(at('arrive-lack').textContent).toBe(t('visits.lack-tag')); });
  const typed = document.querySelector<HTMLInputElement>('[name="tag-code"]');
  if (!typed) throw new Error('no field');
  typed.value = 'YYYYYYY8';
  typed.dispatchEvent(new Event('input'));
  await until(() => { expect(at('proof-tag').textContent).toContain(t('visits.tag-unknown')); });
  at('met-add').click();
  await until(() => at('met-row'));
  await until(async () => { expect(await db.drafts.get(`visit:${ID}`)).toMatchObject({ data: { kind: 'tag', met: [{ name: '' }] } }); });
  at('arrive-confirm').click();
  await until(() => { expect(router.currentRoute.value.path).toBe('/inspections/new'); });
  expect(router.currentRoute.value.query).toMatchObject({ assignment: content.plan.assignment_id, checklist: 'fire', unit: content.plan.unit_id });
  expect(await db.drafts.get(`visit:${ID}`)).toBeUndefined();
  expect((await readVisit(db, ID))?.visit.state).toBe('arrived');
});

it('an arrival that was half filled in is read before anything can be changed in it', async () => {
  await opened();
  page?.unmount();
  await db.drafts.put({ key: `visit:${ID}`, data: { kind: 'tag', tag: 'YYYYYYY8', met: [{ name: 'Zhao', title: '' }] }, at: 1 });
  const letGo = slowDrafts(db);
  await open(`/visits/${ID}/arrive`);
  await until(async () => { expect((await readVisit(db, ID))?.visit.state).toBe('opened'); });
  await flushPromises();
  expect(find('met-add')).toBeNull();
  letGo();
  await until(() => { expect(document.querySelector<HTMLInputElement>('[name="met-name-0"]')?.value).toBe('Zhao'); });
  expect(at('proof-tag').textContent).toContain('YYYY');
});

it('what was called off says so, and what is not known here too', async () => {
  await hear(OPENS);
  await tell(row({ state: 'cancelled' }));
  await open(`/visits/${ID}`);
  await until(() => { expect(at('visit-page').textContent).toContain(t('visits.over-cancelled')); });
  await db.rows.clear();
  await until(() => { expect(at('visit-page').textContent).toContain(t('visits.gone')); });
});
