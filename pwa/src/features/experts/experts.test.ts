// @vitest-environment happy-dom
/** The pool on screen: how long a paper holds, what the own page sends, and that a withdrawn word stays. */
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { toneOf, validity } from './certificate';
import { parseCertificate } from './expert';
import RecusalForm from './RecusalForm.vue';
import RecusalsPage from './RecusalsPage.vue';
import { optionsOf, wordOf } from './words';

const paper = (given: object) => parseCertificate({ id: 'c', kind: 'officer', number: '1', ...given });
const recusal = { id: 'r1', kind: 'relation', place_name: 'Clinic', note: '', declared_by_name: 'Wang', declared_at: 1_795_000_000_000, withdrawn_at: 1_795_000_100_000, withdrawn_by_name: 'Wang', withdrawn_why: 'Moved away' };
const sent = vi.fn<(path: string, body: unknown) => void>();

beforeEach(async () => {
  sent.mockClear();
  await setLocale('en');
  await loadMessages(['experts', 'problem']);
  useApiPorts({
    fetch: (path, init) => {
      if (init?.method === 'POST') sent(String(path), JSON.parse(String(init.body)));
      const places = String(path).includes('places');
      const answer = places ? { items: [{ kind: 'unit', id: 'u1', name: 'County hospital' }] } : { recusals: [recusal], certificates: [{ id: 'c', kind: 'officer', number: '0457', state: 'expired', expires_on: '2026-11-01', left_days: -3 }] };
      return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

describe('papers', () => {
  it('say in words how long they hold; colour only repeats it', () => {
    expect(validity(paper({ state: 'in-30', expires_on: '2026-12-10', left_days: 17 }))).toBe('until 2026-12-10, 17 days left');
    expect(validity(paper({ state: 'expired', expires_on: '2026-11-01', left_days: -3 }))).toBe('expired 2026-11-01, 3 days ago');
    expect(validity(paper({ state: 'lasting', expires_on: null, left_days: null }))).toBe('no expiry');
    expect(validity(paper({ state: 'revoked', expires_on: '2030-01-01', left_days: 900 }))).toBe('revoked');
    expect(['in-30', 'expired', 'revoked', 'later', 'lasting'].map((state) => toneOf(paper({ state })))).toEqual(['soon', 'over', 'over', undefined, undefined]);
  });

  it('keep the key of a word that is newer than the app', () => {
    expect(wordOf('certificates', 'officer')).toBe("Enforcement officer's certificate");
    expect(wordOf('fields', 'space-travel')).toBe('space-travel');
    expect(optionsOf('recusals')).toHaveLength(6);
  });
});

describe('my own recusals', () => {
  it('find a place by its name and send one place, one reason', async () => {
    vi.useFakeTimers();
    const shown = mount(RecusalsPage, { global: { stubs: ['RouterLink'] } });
    await flushPromises();
    expect(shown.get('[data-testid="recusal"]').text()).toContain('Moved away');
    expect(shown.get('[data-testid="own-paper"]').text()).toContain('3 days ago');
    await shown.get('[name="place-words"]').setValue('county');
    await vi.advanceTimersByTimeAsync(300);
    vi.useRealTimers();
    await flushPromises();
    await shown.get('[name="recusal-kind"]').setValue('former-employer');
    await shown.get('[data-testid="declare-form"]').trigger('submit');
    await flushPromises();
    expect(sent).toHaveBeenCalledWith('/api/me/recusals', { kind: 'former-employer', unit_id: 'u1', until: null, note: '' });
  });
});

describe('finding a place by its name', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('chooses nothing for words that were typed before', async () => {
    vi.useFakeTimers();
    const hands: ((response: Response) => void)[] = [];
    useApiPorts({ fetch: () => new Promise((resolve) => { hands.push(resolve); }) });
    const found = (id: string, name: string): Response => new Response(JSON.stringify({ items: [{ kind: 'unit', id, name }] }), { headers: { 'Content-Type': 'application/json' } });
    const shown = mount(RecusalForm, { props: { path: '/x', companies: [] } });
    const [box] = shown.findAll('input');
    await box?.setValue('county');
    await vi.advanceTimersByTimeAsync(300);
    await box?.setValue('clinic');
    await vi.advanceTimersByTimeAsync(300);
    hands[1]?.(found('u2', 'Clinic'));
    await flushPromises();
    hands[0]?.(found('u1', 'County hospital'));
    await flushPromises();
    expect(shown.text()).toContain('Clinic');
    expect(shown.text()).not.toContain('County hospital');
    expect(shown.findAll('select').map((one) => one.element.value)).toContain('unit:u2');
  });
});
