// @vitest-environment happy-dom
/** The card as its person meets it: what was signed, two answers, both on the disk at once, and a slip put right. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '@/data/database';
import { get } from '@/data/view';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { put, unit } from '../../tests/support/rows';
import { logIn, wipe } from '../../tests/support/visit';
import { readHands } from './hands';
import OwnHands from './OwnHands.vue';

vi.setConfig({ testTimeout: 30_000 });
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const find = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const at = (id: string): HTMLElement => {
  const found = find(id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const hand = (id: string, more: object = {}) => ({
  id, inspection_id: 'i', paper_id: null, person_id: 'me', name: 'Li', strokes: [[[100, 500], [900, 600]]], width: 600, height: 200, mine: null,
  unit_id: 'n', checklist_key: 'fire', started_at: 1_795_000_000_000, number: 'JC-1', by_name: 'Wang', signed_at: 1_795_000_100_000, said_at: null, reason: null, ...more,
});

let db: Database;
let page: VueWrapper | null = null;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'hands']);
  db = await logIn();
});

beforeEach(async () => {
  await wipe(db);
  await put(db, 'unit', unit('n', { name: 'County hospital' }));
  await put(db, 'hand', hand('s'));
});

afterEach(() => {
  page?.unmount();
  page = null;
  document.body.innerHTML = '';
});

async function open(inspection: string | null = null): Promise<void> {
  page = mount(OwnHands, { props: { inspection }, attachTo: document.body, global: { stubs: { RouterLink: true } } });
  await flushPromises();
}

const words = async () => (await db.outbox.toArray()).map(({ name, args }) => [name, args]);

it('shows the visit, whose phone it was and the strokes; one tap keeps the word on the phone', async () => {
  await open();
  await until(() => at('hand-card'));
  for (const part of ['County hospital', 'JC-1', 'Wang']) expect(at('hand-card').textContent).toContain(part);
  expect(at('hand-card').querySelector('path')?.getAttribute('d')).toMatch(/^M/);
  at('hand-mine').click();
  await until(() => at('hand-said'));
  expect(at('hand-said').textContent).toContain(t('hands.said-mine').slice(0, 20));
  expect(await words()).toEqual([['signature.confirm', { id: 's', mine: true }]]);
  expect(find('hand-mine')).toBeNull();
});

it('not mine asks what is known, and sends nothing without it', async () => {
  await open('i');
  await until(() => at('hand-not-mine'));
  at('hand-not-mine').click();
  await until(() => at('hand-deny'));
  expect(at('hand-deny')).toHaveProperty('disabled', true);
  document.querySelector<HTMLElement>('[data-testid^="hand-why-"]')?.click();
  await until(() => expect(at('hand-deny')).toHaveProperty('disabled', false));
  at('hand-deny').click();
  await until(() => at('hand-said'));
  const [first = ''] = t('hands.reasons').split('|');
  expect(await words()).toEqual([['signature.confirm', { id: 's', mine: false, reason: first }]]);
  expect(at('hand-said').textContent).toContain(first);
});

it('a slip is put right by the other word', async () => {
  await put(db, 'hand', hand('s', { mine: false, said_at: db.env.now() - 1000, reason: 'no' }));
  await open();
  await until(() => at('hand-again'));
  at('hand-again').click();
  await until(() => at('hand-mine'));
  at('hand-mine').click();
  await until(async () => expect((await get(db, 'hand', 's'))?.['mine']).toBe(true));
});

it('another visit shows nothing of it, and what was answered long ago is put away', async () => {
  expect(await readHands(db, 'other')).toEqual([]);
  await put(db, 'hand', hand('s', { mine: true, said_at: 1 }));
  expect(await readHands(db, null)).toEqual([]);
  expect(await readHands(db, 'i')).toHaveLength(1);
});
