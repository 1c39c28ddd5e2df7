// @vitest-environment happy-dom
/** A signature or a refusal that was begun is there again, whatever the disk takes; nothing is typed over it before. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Database } from '@/data/database';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { slowDrafts } from '../../../tests/support/slow';
import { logIn, wipe } from '../../../tests/support/visit';
import RefusalSheet from './parts/RefusalSheet.vue';
import SignSheet from './parts/SignSheet.vue';

const LINE = [[[10, 10], [400, 300], [900, 500]]];
const scene = { unit: '', place: '', author: '' };
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const field = (name: string): HTMLInputElement | null => document.querySelector<HTMLInputElement>(`[name="${name}"]`);
let db: Database;
let page: VueWrapper | undefined;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'answers', 'photo']);
  db = await logIn();
});
afterEach(async () => {
  page?.unmount();
  await wipe(db);
});

it('a signature that was drawn before the app was killed', async () => {
  await db.drafts.put({ key: 'sign:i:unit', data: { person_id: null, name: 'Zhou', title: 'Chief', strokes: LINE, width: 600, height: 200, typed: false }, at: 1 });
  const letGo = slowDrafts(db);
  page = mount(SignSheet, { props: { inspection: 'i', party: 'unit', people: [], statement: 'seen' }, attachTo: document.body });
  await flushPromises();
  expect(field('signer-name')).toBeNull();
  letGo();
  await until(() => { expect(field('signer-name')?.value).toBe('Zhou'); });
  expect(document.querySelectorAll('[data-testid="signature-pad"] path')).toHaveLength(1);
  await flushPromises();
  expect((await db.drafts.get('sign:i:unit'))?.data).toMatchObject({ name: 'Zhou', strokes: LINE });
});

it('a refusal that was half noted', async () => {
  await db.drafts.put({ key: 'sign:i:refusal', data: { name: 'Zhou', reason: 'would not' }, at: 1 });
  const letGo = slowDrafts(db);
  page = mount(RefusalSheet, { props: { inspection: 'i', photos: [], scene, seconds: [] }, attachTo: document.body });
  await flushPromises();
  expect(field('refusal-reason')).toBeNull();
  letGo();
  await until(() => { expect([field('refusal-name')?.value, field('refusal-reason')?.value]).toEqual(['Zhou', 'would not']); });
});
