// @vitest-environment happy-dom
/** The public page and the file that is kept of it: with a file and nothing else, with a list of seeds, with a bent file, off line. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import vectors from '@contracts/vectors/random-draw.json';
import { loadMessages, setLocale } from '@/i18n/i18n';
import DrawSlots from './DrawSlots.vue';
import { parseDraw } from './draw';
import VerifyPage from './VerifyPage.vue';

const whole = JSON.stringify(vectors.file);
const bent = JSON.stringify({ ...vectors.file, result: vectors.file.result.map((one) => ({ ...one, drawn: [...one.drawn].reverse() })) });
const list = JSON.stringify({ format: 'anxun-draw-seeds-1', as_of: 1, regions: [], signed: null });
const { key, public_key: publicKey } = vectors.file.signed;

const pick = (input: HTMLInputElement, ...texts: string[]): void => {
  Object.defineProperty(input, 'files', { configurable: true, value: texts.map((text) => new File([text], 'draw.json')) });
  input.dispatchEvent(new Event('change'));
};
const settled = async (done: () => boolean): Promise<void> => { await vi.waitFor(() => { expect(done()).toBe(true); }, { timeout: 20_000 }); };

async function page(keys: () => Promise<Response>): Promise<VueWrapper> {
  vi.stubGlobal('fetch', keys);
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] });
  const shown = mount(VerifyPage, { global: { plugins: [router] } });
  await flushPromises();
  return shown;
}
const choose = (shown: VueWrapper, at: string, text: string): void => { pick(shown.get(`[data-testid="${at}"]`).element as HTMLInputElement, text); };

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['draws', 'common']);
});

describe('the public page', () => {
  it('repeats a file, knows the bureau’s key, and reads a list of seeds', async () => {
    const shown = await page(() => Promise.resolve(new Response(JSON.stringify({ keys: [{ id: key, public_key: publicKey }] }))));
    expect(shown.find('[data-testid="seeds-file"]').exists()).toBe(false);
    choose(shown, 'verify-file', whole);
    await settled(() => shown.find('[data-testid="verdict-good"]').exists() && shown.get('[data-testid="verify-key"]').text().includes('is among'));
    choose(shown, 'seeds-file', list);
    await settled(() => shown.find('[data-testid="seeds-verdict"]').exists());
    expect(shown.get('[data-testid="seeds-verdict"]').text()).toContain('not signed');
  });

  it('finds a bent file off line, and says what it could not ask', async () => {
    const shown = await page(() => Promise.reject(new TypeError('off line')));
    choose(shown, 'verify-file', bent);
    await settled(() => shown.find('[data-testid="verdict-bad"]').exists());
    expect(shown.get('[data-testid="verdict-bad"]').text()).toContain('/result/0/drawn/0');
    expect(shown.get('[data-testid="verify-key"]').text()).toContain('cannot be reached');
    expect(shown.get('[data-testid="save-page"]').attributes('download')).toBe('draw-check.html');
  });
});

describe('the file that is kept', () => {
  it('needs nothing but itself, and tells whole from bent', async () => {
    document.body.innerHTML = '<main id="alone"></main>';
    vi.stubGlobal('fetch', () => { throw new Error('nothing is asked'); });
    await import('./standalone/main');
    const input = document.getElementById('files') as HTMLInputElement;
    pick(input, list, whole);
    await settled(() => document.querySelectorAll('.steps .holds').length === 6);
    expect(document.body.textContent).toContain(vectors.file.code);
    pick(input, bent);
    await settled(() => document.querySelector('.bad dl') !== null);
    expect(document.querySelector('dl')?.textContent).toContain('/result/0/drawn/0');
    pick(input, '[]');
    await settled(() => document.querySelector('.steps') === null);
  });
});

it('marks whoever must stand aside since the draw', () => {
  const draw = parseDraw({
    id: 'd', kind: 'people', may: { replace: true }, recused: [{ slot: 'u1', id: 'a', why: ['relation', 'certificate-expired'] }], result: [{ slot: 'u1', drawn: ['a'], reserve: ['b'] }], standing: [{ slot: 'u1', ids: ['a'] }],
    snapshot: { slots: [{ key: 'u1', name: 'Clinic', count: 1, reserve: 1 }], candidates: [{ id: 'a', name: 'Li' }, { id: 'b', name: 'Zhou' }] },
  });
  const shown = mount(DrawSlots, { props: { draw } });
  expect(shown.get('[data-testid="must-leave"]').text()).toContain('certificate has run out');
});
