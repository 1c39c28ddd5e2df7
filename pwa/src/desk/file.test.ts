// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const saved: { readonly name: string; readonly size: number }[] = [];
const ADDRESS = '/api/hazards/export.xlsx?open=1';
let asked: string[] = [];
let size = 0;

const kept = (data: Blob): string => {
  ({ size } = data);
  return 'blob:x';
};
/** What the browser would now keep as a download. */
document.addEventListener('click', (event) => {
  const link = event.target;
  if (!(link instanceof HTMLAnchorElement) || !link.href.startsWith('blob:')) return;
  event.preventDefault();
  saved.push({ name: link.download, size });
});

/** The server's next answer; `null`: nobody there. */
function answer(response: (() => Response | Promise<Response>) | null): void {
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return response === null ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(response());
  });
}

const problem = (status: number, body: object): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
const sheet = (): Response =>
  new Response('12345', { headers: { 'Content-Type': 'text/csv', 'Content-Disposition': "attachment; filename*=UTF-8''%E9%9A%90%E6%82%A3.csv" } });

async function shown(props: object, standalone = false): Promise<VueWrapper> {
  vi.resetModules();
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: standalone && query.includes('standalone') }));
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: kept, revokeObjectURL: () => undefined }));
  const { loadMessages } = await import('@/i18n/i18n');
  await loadMessages(['common', 'desk', 'problem']);
  const { default: DeskFile } = await import('./DeskFile.vue');
  return mount(DeskFile, { props: { href: ADDRESS, ...props }, attrs: { 'data-testid': 'file' }, slots: { default: 'X' }, attachTo: document.body });
}

const press = async (page: VueWrapper, how: object = {}): Promise<boolean> => {
  const click = new MouseEvent('click', { bubbles: true, cancelable: true, ...how });
  let taken = false;
  document.addEventListener('click', (event) => { taken = event.defaultPrevented; event.preventDefault(); }, { once: true });
  page.get('[data-testid="file"]').element.dispatchEvent(click);
  await flushPromises();
  return taken;
};

beforeEach(() => {
  saved.length = 0;
  asked = [];
});
afterEach(() => { vi.unstubAllGlobals(); document.body.innerHTML = ''; });

it('a press keeps the file under the name that the server gave it', async () => {
  answer(sheet);
  const page = await shown({});
  expect(await press(page)).toBe(true);
  expect([saved, asked]).toEqual([[{ name: '隐患.csv', size: 5 }], [ADDRESS]]);
  expect(page.find('[role="alert"]').exists()).toBe(false);
});

it('a refusal is told on the page, in a sentence, and may be tried again', async () => {
  answer(() => problem(422, { code: 'report-too-many-rows', count: 30000, limit: 20000 }));
  const page = await shown({});
  await press(page);
  expect(page.get('[role="alert"]').text()).toContain('先缩小筛选范围');
  expect(saved).toEqual([]);
  answer(sheet);
  await page.get('[role="alert"] button').trigger('click');
  await flushPromises();
  expect([saved.length, page.find('[role="alert"]').exists()]).toEqual([1, false]);
});

it('another list is another file: the refusal of the last one goes', async () => {
  answer(() => problem(422, { code: 'report-too-many-rows' }));
  const page = await shown({});
  await press(page);
  await page.setProps({ href: '/api/hazards/export.xlsx?open=0' });
  expect(page.find('[role="alert"]').exists()).toBe(false);
});

it('a session that is over is told too', async () => {
  answer(() => problem(401, { code: 'unauthenticated' }));
  const page = await shown({});
  await press(page);
  expect(page.get('[role="alert"]').text()).toContain('登录');
});

it.each([
  ['nobody there', null, '需要网络'],
  ['a guest network', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), '需要先登录'],
  ['a gateway', () => new Response('bad', { status: 502, headers: { 'Content-Type': 'text/html' } }), '需要网络'],
])('%s is no file', async (_who, response, words) => {
  answer(response);
  const page = await shown({});
  await press(page);
  expect(page.get('[role="alert"]').text()).toContain(words);
  expect(saved).toEqual([]);
});

it('half a file is none', async () => {
  const broken = new ReadableStream<Uint8Array>({
    start(line) { line.enqueue(new Uint8Array(3)); },
    pull(line) { line.error(new TypeError('network error')); },
  });
  answer(() => new Response(broken, { headers: { 'Content-Type': 'text/csv' } }));
  const page = await shown({});
  await press(page);
  expect([saved, page.find('[role="alert"]').exists()]).toEqual([[], true]);
});

it('while it comes, that is said, and a second press asks for nothing', async () => {
  let hand: (response: Response) => void = () => undefined;
  answer(() => new Promise<Response>((resolve) => { hand = resolve; }));
  const page = await shown({});
  await press(page);
  await press(page);
  const link = page.get('[data-testid="file"]');
  expect([link.attributes('aria-busy'), page.get('[role="status"]').text()]).toEqual(['true', expect.stringContaining('正在准备文件')]);
  hand(sheet());
  await flushPromises();
  expect([asked.length, saved.length, link.attributes('aria-busy'), page.get('[role="status"]').text()]).toEqual([1, 1, undefined, '']);
});

it.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }])('a press with a key held is the browser\'s own', async (key) => {
  answer(sheet);
  expect(await press(await shown({}), key)).toBe(false);
  expect(asked).toEqual([]);
});

it('without an address it is a button that does nothing', async () => {
  const button = (await shown({ href: null })).get('[data-testid="file"]');
  expect([button.element.tagName, button.attributes('disabled')]).toEqual(['BUTTON', '']);
});

it('a paper opens beside the app', async () => {
  answer(sheet);
  const page = await shown({ href: '/api/x.pdf', paper: true });
  const link = page.get('[data-testid="file"]');
  expect([link.attributes('target'), link.attributes('rel')]).toEqual(['_blank', 'noopener']);
  expect(await press(page)).toBe(false);
  expect(asked).toEqual([]);
});

it('in an installed app a paper is kept as a file: there is no way back from a window without a bar', async () => {
  answer(sheet);
  const page = await shown({ href: '/api/x.pdf', paper: true }, true);
  expect(page.get('[data-testid="file"]').attributes('target')).toBeUndefined();
  expect([await press(page), saved.length]).toEqual([true, 1]);
});
