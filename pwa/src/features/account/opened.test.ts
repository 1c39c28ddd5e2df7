// @vitest-environment happy-dom
/** What a person sees while the storage of the device does not open. */
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { noticeOpening, noticeOutdated } from '@/data/notice';
import { loadMessages, setLocale, t, type Locale } from '@/i18n/i18n';
import AppBanners from './AppBanners.vue';
import { opened } from './opened';
import StorageBanner from './StorageBanner.vue';

const at = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`);
const shown = (): string => document.body.textContent;
const until = async (check: () => boolean): Promise<void> => {
  for (let n = 0; n < 500 && !check(); n += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
};

beforeEach(() => {
  document.body.innerHTML = '<div id="app">splash</div>';
});
afterEach(() => {
  noticeOpening(null);
  noticeOutdated(false);
});

for (const language of ['zh-CN', 'en'] as const satisfies readonly Locale[]) {
  it(`before the first page: says what holds it up, then what to do, and makes room for the app by itself, ${language} [fault 28]`, async () => {
    await setLocale(language);
    let answer: () => void = () => undefined;
    const waiting = opened(new Promise<void>((resolve) => { answer = resolve; }));
    await flushPromises();
    expect(shown()).toBe('splash');
    noticeOpening('slow');
    await until(() => shown().includes(t('storage.slow-text')));
    expect(at('storage-retry')).toBeNull();
    noticeOpening('stuck');
    await until(() => shown().includes(t('storage.stuck-text')));
    expect(at('storage-retry')?.textContent).toContain(t('common.retry'));
    expect(shown()).not.toMatch(/storage\.|common\./);
    noticeOpening(null);
    answer();
    expect(await waiting).toBe(true);
    expect(at('storage-notice')).toBeNull();
  });
}

it('a browser that keeps nothing is named, and the app does not begin', async () => {
  await setLocale('en');
  expect(await opened(Promise.reject(new Error('private window')))).toBe(false);
  expect(shown()).toContain(t('storage.unavailable-text'));
});

it('over a page that is already there it is a bar, which goes by itself [fault 28]', async () => {
  await setLocale('en');
  await loadMessages(['common']);
  const page = mount(AppBanners, { attachTo: document.body });
  expect(at('storage-banner')).toBeNull();
  noticeOpening('blocked');
  await until(() => at('storage-banner') !== null);
  expect(shown()).toContain(t('storage.blocked-text'));
  expect(at('storage-reload')).toBeNull();
  noticeOpening('stuck');
  await nextTick();
  expect(at('storage-banner')?.getAttribute('role')).toBe('status');
  expect(at('storage-reload')).not.toBeNull();
  noticeOpening(null);
  await until(() => at('storage-banner') === null);
  page.unmount();
});

it('a window of the old version offers to be opened anew [fault 85]', async () => {
  await setLocale('en');
  noticeOutdated(true);
  const bar = mount(StorageBanner);
  await until(() => bar.text().includes(t('storage.outdated-text')));
  expect(bar.find('[data-testid="storage-reload"]').exists()).toBe(true);
  bar.unmount();
});
