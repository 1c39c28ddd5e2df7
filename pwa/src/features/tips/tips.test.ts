// @vitest-environment happy-dom
/** The page for visitors without a browser: reckoning, sending over a bad line, hostile words; the desk's page of a report. */
import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { h } from './public/dom';
import { drop, fresh, freshId, save, waiting, type Draft } from './public/drafts';
import { shown } from './public/face';
import { form } from './public/form';
import { leadingZeros, sha256, solve } from './public/reckon';
import { deliver, type Ports } from './public/sending';
import { fit } from './public/shrink';
import { grouped } from './public/ticket';
import { speak, t } from './public/words';
import TipPage from './TipPage.vue';
import { parseTip } from './tip';

const hex = (digest: Uint32Array): string => Array.from(digest, (word) => word.toString(16).padStart(8, '0')).join('');
const answer = (status: number, body: object | null): Response =>
  new Response(body === null ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const problem = (status: number, code: string, more: object = {}): Response => answer(status, { code, title: 'no', title_zh: 'no-zh', ...more });

function draftOf(photos: number): Draft {
  const draft = fresh('02YT9MPE');
  draft.words = 'x';
  draft.state = 'sending';
  for (let n = 0; n < photos; n += 1) draft.photos.push({ blob: new Blob([`p${String(n)}`], { type: 'image/jpeg' }), visible: true, state: 'waiting' });
  return draft;
}

function line(...answers: (Response | Error)[]): { ports: Ports; asked: string[] } {
  const asked: string[] = [];
  const ports: Ports = {
    fetch: (path, init) => {
      asked.push(`${init?.method ?? 'GET'} ${typeof path === 'string' ? path : ''}`);
      const next = answers.shift() ?? new Error('nobody there');
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    prove: (challenge, bits) => Promise.resolve({ challenge, nonce: solve({ challenge, bits }) }),
    progress: () => undefined,
  };
  return { ports, asked };
}

describe('pictures of a report', () => {
  const heic = (n: number): File => new File([`p${String(n)}`], `${String(n)}.HEIC`);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
  /** A browser that opens no HEIC. */
  beforeEach(() => { vi.spyOn(HTMLImageElement.prototype, 'decode').mockRejectedValue(new Error('no decoder')); });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const one of await waiting()) await drop(one);
  });

  async function choose(draft: Draft, files: readonly File[], sent: () => void): Promise<HTMLElement> {
    await speak('en');
    const shownForm = form({ draft, spot: null, refusal: null, send: sent });
    const input = shownForm.querySelector<HTMLInputElement>('[data-testid=tip-album]');
    if (!input) throw new Error('no input');
    Object.defineProperty(input, 'files', { value: files });
    input.dispatchEvent(new Event('change'));
    return shownForm;
  }

  it('are at most four, whoever chooses ten; the kind is known by the name where the phone says none', async () => {
    const draft = fresh(null);
    const shownForm = await choose(draft, Array.from({ length: 10 }, (_, n) => heic(n)), () => undefined);
    await settle();
    expect(draft.photos.map(({ blob }) => blob.type)).toEqual(Array.from({ length: 4 }, () => 'image/heic'));
    expect(shownForm.textContent).toContain('At most 4');
  });

  it('are waited for when somebody sends at once, and sent once', async () => {
    const draft = fresh(null);
    const found: number[] = [];
    const shownForm = await choose(draft, [heic(1), heic(2)], () => { found.push(draft.photos.length); draft.state = 'sending'; });
    for (let n = 0; n < 3; n += 1) shownForm.dispatchEvent(new Event('submit'));
    await settle();
    expect(found).toEqual([2]);
  });
});

describe('reckoning', () => {
  it('is SHA-256, whatever the length', () => {
    for (const text of ['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'y'.repeat(200), '1.1795000000000.16.0011:4fz']) {
      expect(hex(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });

  it('finds what the server asks for', () => {
    const nonce = solve({ challenge: 'c', bits: 10 });
    expect(leadingZeros(sha256(`c:${nonce}`))).toBeGreaterThanOrEqual(10);
    expect(nonce).toMatch(/^[0-9a-z]{1,16}$/);
    expect(leadingZeros(new Uint32Array([0, 1, 0, 0, 0, 0, 0, 0]))).toBe(63);
  });
});

describe('sending', () => {
  afterEach(async () => {
    for (const draft of await waiting()) await drop(draft);
  });

  it('brings the words, then each picture once, and keeps the number', async () => {
    const draft = draftOf(2);
    const { ports, asked } = line(answer(200, { receipt: 'R', pictures: [] }), answer(204, null), answer(204, null));
    expect(await deliver(draft, ports)).toEqual({ kind: 'done' });
    expect(asked).toEqual(['POST /api/public/tips', 'PUT /api/public/tips/pictures/0', 'PUT /api/public/tips/pictures/1']);
    expect([draft.state, draft.receipt]).toEqual(['sent', 'R']);
    const kept = (await waiting()).find((one) => one.id === draft.id);
    expect(kept?.receipt).toBe('R');
    await drop(draft);
    expect(await waiting()).toEqual([]);
  });

  it('goes on where a line broke', async () => {
    const draft = draftOf(2);
    expect((await deliver(draft, line(new Error('cut')).ports)).kind).toBe('later');
    expect((await deliver(draft, line(answer(200, { receipt: 'R' }), answer(204, null), new Error('cut')).ports)).kind).toBe('later');
    const { ports, asked } = line(answer(204, null));
    expect(await deliver(draft, ports)).toEqual({ kind: 'done' });
    expect(asked).toEqual(['PUT /api/public/tips/pictures/1']);
  });

  it('reckons when it is asked to, and sends the proof with the same words', async () => {
    const draft = draftOf(0);
    const { ports, asked } = line(problem(429, 'tip-proof-needed', { challenge: 'c', bits: 4 }), answer(200, { receipt: 'R' }));
    expect(await deliver(draft, ports)).toEqual({ kind: 'done' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['a guest network', new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), 5],
    ['a busy server', problem(503, 'unavailable', { retry_after: 30 }), 30],
    ['a budget that is used up', problem(429, 'tip-too-many', { retry_after: 600 }), 600],
  ])('waits for %s', async (_, given, after) => {
    const told = await deliver(draftOf(0), line(given).ports);
    expect(told).toMatchObject({ kind: 'later', afterS: after });
  });

  it('gives refused words back, and leaves out a picture that nobody can open', async () => {
    expect((await deliver(draftOf(0), line(problem(422, 'tip-words')).ports)).kind).toBe('refused');
    const draft = draftOf(1);
    expect((await deliver(draft, line(answer(200, { receipt: 'R' }), problem(413, 'tip-picture-too-large')).ports)).kind).toBe('done');
    expect(draft.photos[0]?.state).toBe('refused');
  });

  it('forgets what is old, and never what waits to be sent', async () => {
    const old = { ...fresh(null), at: Date.now() - 30 * 86_400_000 };
    const unsent = { ...draftOf(0), at: old.at };
    await save(old);
    await save(unsent);
    expect((await waiting()).map((one) => one.id)).toEqual([unsent.id]);
    await drop(unsent);
  });

  it('makes identifiers that nobody guesses', () => {
    const made = new Set(Array.from({ length: 500 }, freshId));
    expect(made.size).toBe(500);
    expect([...made].every((one) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(one))).toBe(true);
  });
});

describe('what is shown', () => {
  const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '{{ 7*7 }}', '=1+1'];

  it.each(HOSTILE)('keeps words words: %s', (words) => {
    const face = { state: 'doing' as const, said: { zh: words, en: words }, reason: null, answer: words, receipt: 'R', qr: { size: 1, path: '' } };
    const section = shown(face);
    expect(section.querySelector('script, img')).toBeNull();
    expect(section.querySelector('[data-testid=tip-answer]')?.textContent).toBe(words);
    expect(h('p', { title: words }, words).innerHTML).not.toContain('<script');
  });

  it('groups numbers, keeps proportions, and speaks three languages', async () => {
    expect(grouped('15KH4PR29G5FK44W9R')).toBe('15KH4P R29G5F K44W9R');
    expect(fit(4000, 3000)).toEqual([1600, 1200]);
    expect(fit(10, 20_000)).toEqual([1, 1600]);
    const said = [t('tips.p-send')];
    await speak('en');
    said.push(t('tips.p-send'), t('tips.p-photos', { n: 4 }));
    await speak('zh-CN');
    expect(said.slice(1)).toEqual(['Send', 'Photos (at most 4)']);
    expect(t('tips.nothing')).toBe('tips.nothing');
  });
});

describe('a report at the desk', () => {
  const told = {
    id: 't1', tag_code: '02YT9MPE', unit_id: 'u1', unit_name: 'County hospital', spot: 'Floor 3', place: null, topics: ['exit'], words: '<b>Boxes</b>', audience: 'bureau',
    pictures_announced: 2, pictures: [{ id: 'p1', state: 'kept' }], state: 'received', hazard_id: null, same_as_id: null, members: 0, received_at: 1_795_000_000_000, exact: true, rev: 1,
    face: { state: 'received', said: { zh: 'z', en: 'It waits.' }, reason: null, answer: null }, hazard: null, steps: [], grouped: [], similar: [], may_undo: false, has_contact: false,
  };
  const posted = vi.fn<(path: string) => void>();

  beforeEach(async () => {
    posted.mockClear();
    await setLocale('en');
    await loadMessages(['tips', 'desk', 'problem', 'common']);
    useApiPorts({
      fetch: (path, init) => {
        if (init?.method === 'POST') posted(String(path as string));
        return Promise.resolve(answer(200, init?.method === 'POST' ? { ...told, state: 'seen' } : told));
      },
    });
  });

  it('is looked at when it is opened, and shows no picture before somebody wants to', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/tips/:id', component: TipPage }, { path: '/:rest(.*)*', component: { template: '<i />' } }] });
    await router.push('/desk/tips/t1');
    const page = mount(TipPage, { global: { plugins: [router] } });
    await flushPromises();
    expect(posted).toHaveBeenCalledWith('/api/tips/t1/look');
    expect(page.get('[data-testid="tip-words"]').text()).toBe('<b>Boxes</b>');
    expect(page.findAll('img').map((one) => one.attributes('src'))).toEqual(['/api/tips/t1/pictures/p1?size=veiled']);
    await page.get('[data-testid="unveil-0"]').trigger('click');
    expect(page.get('[data-testid="tip-picture-seen"]').attributes('src')).toContain('size=small');
    expect(page.text()).toContain('Photo 2 has not arrived yet');
    expect(page.find('[data-testid="contact"]').exists()).toBe(false);
  });

  it('never breaks over what a newer server says', () => {
    expect(parseTip({ id: 5, pictures: [{}], face: null }).face.answer).toBeNull();
  });
});
