// @vitest-environment happy-dom
/** Opinions beside what they are about, and the hand under one: nothing is signed without strokes, and the paper is one tap away. */
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import SignaturePad from '@/answers/SignaturePad.vue';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { parseOpinion, strokesOf } from '@/opinions/opinion';
import OpinionsOn from '@/opinions/OpinionsOn.vue';
import ToggleRow from '@/ui/ToggleRow.vue';
import OpinionPage from './OpinionPage.vue';
import SignOpinion from './SignOpinion.vue';

const signed = { id: 'o1', subject_type: 'hazard', subject_id: 'h1', author_name: 'Wu', state: 'signed', judgement: 'Not safe', signed_at: 1_795_000_000_000, written_at: 1 };
const plugins = [createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] })];
const asked = vi.fn<(path: string) => Response | Promise<Response>>();
const reply = (items: readonly object[]): Response => new Response(JSON.stringify({ items, next: null, total: items.length }), { headers: { 'Content-Type': 'application/json' } });

beforeEach(async () => {
  asked.mockReset();
  await setLocale('en');
  await loadMessages(['experts', 'answers', 'common']);
  useApiPorts({ fetch: (path) => Promise.resolve(asked(String(path))) });
});

describe('opinions on a hazard', () => {
  it('say who, when and what, and lead to the paper', async () => {
    asked.mockReturnValue(reply([signed, { ...signed, id: 'o2', state: 'draft', signed_at: null }]));
    const shown = mount(OpinionsOn, { props: { kind: 'hazard', id: 'h1' }, global: { plugins } });
    await flushPromises();
    expect(asked).toHaveBeenCalledWith('/api/opinions?limit=50&subject_id=h1');
    expect(shown.findAll('[data-testid="opinion-on"]').map((one) => one.text())).toEqual([expect.stringContaining('Wu'), expect.stringContaining('Not safe')]);
    expect(shown.findAll('[data-testid="opinion-on-pdf"]').map((one) => one.attributes('href'))).toEqual(['/api/opinions/o1/opinion.pdf']);
    expect(shown.find('[data-testid="write-on"]').exists()).toBe(false);
  });

  it('take no room where there are none, or none may be seen', async () => {
    for (const answer of [reply([]), new Response('{}', { status: 403 })]) {
      asked.mockReturnValue(answer);
      const shown = mount(OpinionsOn, { props: { kind: 'hazard', id: 'h1' }, global: { plugins } });
      await flushPromises();
      expect(shown.find('[data-testid="opinions-on"]').exists()).toBe(false);
    }
  });
});

describe('a hand under an opinion', () => {
  const sheet = () => mount(SignOpinion, { props: { name: 'Wu', busy: false, failure: '' }, global: { plugins, stubs: { AppSheet: { template: '<div><slot /><slot name="foot" /></div>' } } } });

  it('is strokes that are long enough to be a name', async () => {
    const shown = sheet();
    const go = shown.get('[data-testid="sign-go"]');
    expect(go.attributes('disabled')).toBeDefined();
    const strokes = [[[0, 0], [500, 500]]] as const;
    shown.getComponent(SignaturePad).vm.$emit('update:modelValue', strokes);
    await flushPromises();
    await go.trigger('click');
    expect(shown.emitted('signed')?.[0]).toEqual([expect.objectContaining({ how: 'signed', strokes })]);
  });

  it('is a name by keyboard where a hand cannot', async () => {
    const shown = sheet();
    shown.getComponent(ToggleRow).vm.$emit('update:modelValue', true);
    await flushPromises();
    await shown.get('[data-testid="sign-go"]').trigger('click');
    expect(shown.emitted('signed')?.[0]).toEqual([expect.objectContaining({ how: 'typed', strokes: [] })]);
  });

  it('is read back only where it is whole', () => {
    const drawn = (strokes: unknown) => strokesOf(parseOpinion({ ...signed, hand: { how: 'signed', strokes, width: 600, height: 200 } }));
    expect(drawn([[[1, 2], [3, 4]]])).toEqual([[[1, 2], [3, 4]]]);
    for (const broken of [null, 'x', [1], [[1]], [[[1]]], [[['a', 'b']]]]) expect(drawn(broken)).toEqual([]);
    expect(strokesOf(parseOpinion(signed))).toEqual([]);
  });
});

describe('an opinion that is being written', () => {
  const draft = { id: 'o1', subject_type: 'hazard', subject_id: 'h1', author_name: 'Wu', state: 'draft', facts: 'cracked', judgement: '', advice: '', rev: 1, written_at: 1, own: true };
  const json = (body: object): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });

  it('keeps what was typed while the first part was being saved, and is not read again over it', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/opinions/:id', component: OpinionPage }, { path: '/:rest(.*)*', component: { template: '<i />' } }] });
    await router.push('/desk/opinions/new?subject_type=hazard&subject_id=h1');
    const shown = mount({ render: () => h(RouterView) }, { global: { plugins: [router] } });
    await flushPromises();
    let hand: (response: Response) => void = () => undefined;
    asked.mockImplementation((path) => (path === '/api/opinions' ? new Promise<Response>((resolve) => { hand = resolve; }) : json(draft)));
    await shown.get('[name="facts"]').setValue('cracked');
    await shown.get('form').trigger('submit');
    await shown.get('[name="facts"]').setValue('cracked from top to bottom');
    hand(json(draft));
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/desk/opinions/o1');
    expect((shown.get('[name="facts"]').element as HTMLTextAreaElement).value).toBe('cracked from top to bottom');
    expect(asked.mock.calls.map(([path]) => path)).toEqual(['/api/opinions']);
  });

  it('is signed only as it stands', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/desk/opinions/:id', component: OpinionPage }, { path: '/:rest(.*)*', component: { template: '<i />' } }] });
    await router.push('/desk/opinions/o1');
    const hands: ((response: Response) => void)[] = [];
    let saves = false;
    asked.mockImplementation(() => (saves ? new Promise<Response>((resolve) => { hands.push(resolve); }) : json({ ...draft, judgement: 'unsafe' })));
    const shown = mount({ render: () => h(RouterView) }, { global: { plugins: [router] }, attachTo: document.body });
    await flushPromises();
    saves = true;
    await shown.get('[data-testid="sign-opinion"]').trigger('click');
    await shown.get('[name="facts"]').setValue('cracked twice');
    hands[0]?.(json({ ...draft, judgement: 'unsafe', rev: 2 }));
    await flushPromises();
    expect(shown.find('[data-testid="sign-sheet"]').exists()).toBe(false);
    hands[1]?.(json({ ...draft, facts: 'cracked twice', judgement: 'unsafe', rev: 3 }));
    await flushPromises();
    expect(shown.find('[data-testid="sign-sheet"]').exists()).toBe(true);
    shown.unmount();
  });
});
