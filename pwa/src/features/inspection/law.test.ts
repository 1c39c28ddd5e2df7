// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import { writeMeta, type Database } from '@/data/database';
import type { Basis } from '@/engine/definition';
import type { LawRecords } from '@/engine/law';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { definition, item, logIn, seedVisit, sent, wipe } from '../../../tests/support/visit';
import { openHazard } from './commands';
import type { HazardDraft } from './logic/hazard-draft';
import WalkthroughPage from './pages/WalkthroughPage.vue';
import { loadVisit } from './queries';

const NEW_DAY = '2026-05-01';
const source = { zh: '条文页', en: 'Page' };
const RECORDS: LawRecords = {
  'gb-1': {
    key: 'gb-1', kind: 'standard-mandatory', title: { zh: '判定规则', en: 'Judging rules' }, binding: 'binding',
    editions: [
      { number: 'GB 1-2017', effective_to: '2026-04-30', replaced_by: 'GB 1-2026', verified: { how: 'partly', source } },
      { number: 'GB 1-2026', effective_from: NEW_DAY, replaces: ['GB 9'], verified: { how: 'partly', source } },
    ],
  },
  'law-2': {
    key: 'law-2', kind: 'law', title: { zh: '新法', en: 'New law' }, issuer: { zh: '某机关', en: 'An office' }, binding: 'reference',
    editions: [{ number: '2030年文本', effective_from: '2030-01-01', verified: { how: 'verified', source } }],
  },
};
const BASIS: readonly Basis[] = [
  { law: 'gb-1', edition: 'GB 1-2017', clause: '7.2', tag: 'verified' },
  { law: 'law-2', edition: '2030年文本', clause: '第2条', tag: 'verified' },
  { doc: '本院制度', tag: 'document-only' },
];
const hazard = { title: { zh: '缺', en: 'Lack' }, grade: 'general' as const, category: 'fire', due_days: 3, suggest: { zh: '补', en: 'Mend' } };
const CITING = definition([
  { key: 'a', title: { zh: '甲', en: 'A' }, items: [item('m.sign', { type: 'pass-fail-na' }, { basis: BASIS, on_fail: { hazard } })] },
]);

let db: Database;
let page: VueWrapper | undefined;

const find = (name: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
  if (!element) throw new Error(`no ${name} in ${document.body.textContent ?? ''}`);
  return element;
};
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function begin(day: string): Promise<string> {
  vi.setSystemTime(new Date(`${day}T10:00:00`));
  const words = [{ key: 'basis', hash: 'hash-law', url: '', bytes: 1 }];
  await writeMeta(db, 'manifest', { etag: 'm', definitions: [], words, workflow_url: '', app: '1' });
  await db.definitions.put({ hash: 'hash-law', key: 'basis', data: { key: 'basis', records: RECORDS } });
  return seedVisit(db, CITING);
}

async function open(id: string): Promise<void> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/inspections/:id', component: WalkthroughPage, props: true }] });
  await router.push(`/inspections/${id}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
  await until(() => find('law-0'));
}

vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'visit', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  document.body.innerHTML = '<div id="page-actions"></div>';
  vi.stubGlobal('scrollTo', () => undefined);
  Element.prototype.scrollTo = (): void => undefined;
});
afterEach(async () => {
  page?.unmount();
  page = undefined;
  await flushPromises();
  await wipe(db);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('shows the law of the day on which the inspection began, whatever the day is now', async () => {
  const id = await begin('2026-04-30');
  vi.setSystemTime(new Date(`${NEW_DAY}T10:00:00`));
  await open(id);
  expect(find('law-0').textContent).toContain('GB 1-2017《判定规则》 7.2');
});

it('drops a clause that was read in another edition and says why in the sheet', async () => {
  await open(await begin(NEW_DAY));
  expect(find('law-0').textContent).toContain('GB 1-2026《判定规则》');
  expect(find('law-0').textContent).not.toContain('7.2');
  find('law-0').click();
  await until(() => find('law-sheet'));
  expect(find('law-cause').textContent).toContain('GB 1-2017');
  expect(find('law-edition').textContent).toBe('GB 1-2026');
  expect(find('law-since').textContent).toBe(NEW_DAY);
  expect(find('law-replaces').textContent).toBe('GB 1-2017, GB 9');
  expect(find('law-clause').textContent).toBe('clause to be checked');
  expect(find('law-issuer').textContent).toBe('to be checked');
});

it('says of a law of tomorrow that it is none of today, and of a reference that it is one', async () => {
  await open(await begin(NEW_DAY));
  find('law-1').click();
  await until(() => find('law-sheet'));
  expect(find('law-cause').textContent).toContain('Not yet in force');
  expect(find('law-issuer').textContent).toBe('An office');
  expect(find('law-binding').textContent).toContain('A reference');
});

it('keeps the resolved words with the hazard, and no law that was not in force', async () => {
  const id = await begin(NEW_DAY);
  const state = await loadVisit(db, id);
  if (state.kind !== 'ready') throw new Error(state.kind);
  const { inspection } = state.visit;
  const [cited] = CITING.sections[0]?.items ?? [];
  if (!cited) throw new Error('no item');
  const line = { section: 'a', item: 'm.sign', target: '' };
  const draft: HazardDraft = {
    id: db.env.id(), title: 'Lack', description: 'None here', suggestion: '', category: 'fire', grade: 'general', criterion: '',
    due_on: NEW_DAY, assignee_id: null,
  };
  await openHazard(db, { inspection, line, item: cited, spot: undefined, photos: [] }, draft);
  expect((await sent(db, 'hazard.open'))[0]?.['basis']).toEqual([
    { doc: 'GB 1-2026《判定规则》', clause: null, tag: 'to-verify' },
    { doc: '本院制度', clause: null, tag: 'document-only' },
  ]);
});
