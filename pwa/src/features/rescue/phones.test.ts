// @vitest-environment happy-dom
/** What the desk reads about a phone whose work has not come. */
import { mount } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { loadMessages, setLocale } from '@/i18n/i18n';
import DeskPhonesPage from './DeskPhonesPage.vue';

const row = (kind: string, more: object = {}): object => ({
  id: kind, kind, person: { id: 'p', name: 'Wang', unit: null, phone: null }, device: '', app: '1', state: 'active', seen_at: 1,
  mutations: 0, photos: 3, missing: 0, photos_missing: 2, arrived: 0, oldest_at: null, alarm: false, handled: null, ...more,
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('a cleared phone that had photos alone is named with how many of them never came [faults 25, 26]', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json([row('gone'), row('silent', { mutations: 4, missing: 4 })])));
  await setLocale('en');
  await loadMessages(['common', 'rescue', 'problem']);
  const page = mount(DeskPhonesPage, { global: { stubs: { RouterLink: true } } });
  await vi.waitFor(() => { expect(page.findAll('[data-testid="phone-row"]')).toHaveLength(2); });
  const [gone, silent] = page.findAll('[data-testid="phone-waits"]').map((one) => one.text());
  expect(gone).toBe('Reported 0 records and 3 photos waiting; 0 records and 2 photos of them never arrived');
  expect(silent).toBe('4 records and 2 photos have not arrived');
  page.unmount();
});
