// @vitest-environment happy-dom
/** The desk's side of presence: questions are tried before they are kept, figures have their denominator, doubts say why. */
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import FlagReasons from '@/presence/FlagReasons.vue';
import PresencePanel from '@/presence/PresencePanel.vue';
import { figure, hitWords, isDoubtful, parseFact } from './fact';
import FactForm from './FactForm.vue';

const sent = vi.fn<(path: string, body: unknown) => void>();
let answers: Readonly<Record<string, object>> = {};
const router: Router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] });
const plugins = { global: { plugins: [router] } };
const fact = (more: object): ReturnType<typeof parseFact> => parseFact({ id: 'f', kind: 'code', ask: 'Model?', active: true, same: 0, differs: 0, unseen: 0, people: 0, ...more });

beforeEach(async () => {
  sent.mockClear();
  await setLocale('en');
  await loadMessages(['presence-desk', 'desk', 'problem', 'common']);
  useApiPorts({
    fetch: (input, init) => {
      const path = String(input);
      if (init?.method === 'POST') sent(path, JSON.parse(String(init.body)));
      const found = Object.entries(answers).find(([start]) => path.startsWith(start));
      return Promise.resolve(new Response(JSON.stringify(found?.[1] ?? {}), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

describe('figures', () => {
  it('never stand without what they are of', () => {
    expect(hitWords(fact({}))).toBe('Not answered yet');
    expect(hitWords(fact({ same: 7, differs: 2, unseen: 1 }))).toBe('7 of 9 fitted \u00b7 once not to be seen');
  });

  it('doubt the record only where several people differ from it', () => {
    expect(isDoubtful(fact({ same: 1, differs: 3, people: 2 }))).toBe(true);
    expect(isDoubtful(fact({ same: 0, differs: 3, people: 1 }))).toBe(false);
    expect(isDoubtful(fact({ same: 5, differs: 2, people: 4 }))).toBe(false);
  });

  it('are read as people type them', () => {
    expect([figure('0,52'), figure('\uff10\uff0e\uff15'), figure(' 3 ')]).toEqual([0.52, 0.5, 3]);
    expect(Number.isNaN(figure(''))).toBe(true);
  });
});

it('a question is tried and then kept, with a range where it is a gauge', async () => {
  answers = { '/api/presence/facts/try': { verdict: 'same' }, '/api/presence/facts': { id: 'made' } };
  const form = mount(FactForm, { ...plugins, props: { path: '/api/presence/facts', extra: { target_id: 'room', target_kind: 'location' }, ready: true } });
  await form.findAll('input[type=radio]')[2]?.setValue(true);
  for (const [name, value] of [['ask', 'Pressure?'], ['low', '0,4'], ['high', '0.6'], ['trial', '0.5']] as const) await form.get(`[name=${name}]`).setValue(value);
  await form.get('[data-testid=fact-try]').trigger('click');
  await flushPromises();
  expect(form.get('[data-testid=fact-tried]').text()).toBe('It fits.');
  await form.get('form').trigger('submit');
  await flushPromises();
  expect(sent.mock.calls).toEqual([
    ['/api/presence/facts/try', { kind: 'gauge', low: 0.4, high: 0.6, answer: '0.5' }],
    ['/api/presence/facts', { target_id: 'room', target_kind: 'location', kind: 'gauge', low: 0.4, high: 0.6, ask: 'Pressure?' }],
  ]);
  expect(form.emitted('kept')).toHaveLength(1);
});

describe('a doubt', () => {
  const told = (kind: string, details: object): string => mount(FlagReasons, { ...plugins, props: { kind, details: details as never } }).text();

  it('says why it was raised, and where', () => {
    const words = told('presence-distance', { took: 5, least: 45, steps: [{ code: '7K3M9QX5', place: 'Pharmacy', at: 1 }, { code: '0200H88H', place: null, at: 5001 }] });
    expect(words).toContain('5 s between the two scans; the way takes at least 45 s.');
    expect(words).toContain('Pharmacy');
    expect(words).toContain('0200 H88H');
  });

  it.each([
    ['tag-seal', { why: 'key' }, 'not of this system'], ['tag-seal', { why: 'print' }, 'earlier print'], ['tag-seal', { why: 'ended' }, 'out of use'], ['tag-seal', { why: 'unit' }, 'another unit'],
    ['tag-copied', { metres: 4320 }, '4.3 km'], ['presence-fact', { why: 'answer', ask: 'Model?', answer: 'X' }, 'the answer was'], ['presence-fact', { why: 'unseen', count: 3 }, '3 questions'],
    ['presence-position', { why: 'away' }, 'three kilometres'], ['presence-many', { tags: 25, seconds: 90 }, '25 different tags'], ['presence-pace', { items: 45, seconds: 20 }, '45 results'],
  ])('of kind %s with %o has its words', (kind, details, words) => {
    expect(told(kind, details)).toContain(words);
  });

  it('about a picture is told elsewhere', () => {
    expect(told('photo-reused', { distance: 3 })).toBe('');
  });
});

it('the path shows what supports each scan, what was asked, and the way to a doubt', async () => {
  answers = {
    '/api/inspections/i/presence': {
      items: [
        { id: 's1', code: '7K3M9QX5', person_id: 'p', how: 'camera', mark: 'signed', verdict: 'none', at: 1_000_000, place: 'Pharmacy', position: { lat: 1, lon: 2, accuracy: null } },
        { id: 's2', code: '7K3M9QX5', person_id: 'p', how: 'camera', mark: 'unsigned', verdict: 'differs', ask: 'Model?', answer: 'X-1', at: 1_030_000, place: 'Pharmacy' },
      ],
      people: { p: 'Wang' }, unanswered: [{ place: 'Kitchen', ask: 'Gauge?' }],
    },
    '/api/flags': { items: [{ id: 'flag', subject_id: 's2', other_id: 'f', kind: 'presence-fact', state: 'open' }], next: null, total: 1 },
  };
  const panel = mount(PresencePanel, { ...plugins, props: { id: 'i' } });
  await flushPromises();
  const words = panel.text();
  for (const part of ['signature holds', 'position without its inaccuracy', '30 s later', 'answered “X-1”', 'Kitchen: the question drawn was not answered: Gauge?']) expect(words).toContain(part);
  expect(panel.get('[data-testid=presence-doubt]').attributes('href')).toBe('/desk/flags/flag');
});
