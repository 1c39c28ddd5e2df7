// @vitest-environment happy-dom
/** Peer checks at the desk: reasons are named, versions are marked, days for appeals hold, no figure without enough pairs. */
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { logIn } from '../../../tests/support/visit';
import AgreementTable from './AgreementTable.vue';
import DrawNote from './DrawNote.vue';
import FindingCard from './FindingCard.vue';
import LeaveForm from './LeaveForm.vue';
import ReturnForm from './ReturnForm.vue';
import { parseFinding, parsePairing, type Pairing } from './round';
import TeamForm from './TeamForm.vue';
import VisitLine from './VisitLine.vue';

const sent = vi.fn<(path: string, body: unknown) => void>();
let answers: Readonly<Record<string, unknown>> = {};

beforeEach(async () => {
  sent.mockClear();
  await setLocale('en');
  await loadMessages(['peers', 'peer-desk', 'visits', 'desk', 'photo', 'problem']);
  await logIn();
  useApiPorts({
    fetch: (path, init) => {
      const name = Object.keys(answers).find((end) => String(path).endsWith(end)) ?? '';
      if (init?.method !== undefined && init.method !== 'GET') sent(String(path), JSON.parse(String(init.body)));
      const { status = 200, ...body } = answers[name] as { status?: number };
      return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

const people = [{ id: 'p1', name: 'Lin' }, { id: 'p2', name: 'Bai' }];
const pairing = (given: object = {}): Pairing =>
  parsePairing({
    id: 'x', rev: 3, guest: { id: 'g', name: 'East' }, home: { id: 'h', name: 'West' }, state: 'planned', lead_id: 'p1', members: people,
    units: [{ id: 'u1', name: 'West clinic' }], round: { id: 'r', announced: true, state: 'open', checklist_keys: ['fire'] }, ...given,
  });
const global = { stubs: ['RouterLink'] };
const aside = { person_id: 'p2', person: 'Bai', unit_id: 'u1', unit: 'West clinic', kind: 'relation', zh: '', en: 'Declared: close relation' };

describe('a team', () => {
  it('shows who stands aside before it is chosen, and names the reasons when it is refused', async () => {
    answers = {
      '/choices': { people: [{ ...people[0], also: ['Spring round'] }, { ...people[1], home_role: true }], units: [{ id: 'u1', name: 'West clinic' }], aside: [aside], draws: [] },
      '/x': { status: 422, code: 'peer-recused', title: 'Somebody must stand aside.', title_zh: '', reasons: [aside] },
    };
    const shown = mount(TeamForm, { props: { pairing: pairing() }, global });
    await flushPromises();
    expect(shown.text()).toContain('Spring round');
    expect(shown.text()).toContain('Stands aside from West clinic: Declared: close relation');
    expect(shown.text()).toContain('Holds a role in West');
    await shown.get('form').trigger('submit');
    await flushPromises();
    expect(shown.get('[data-testid="peer-aside"]').text()).toBe('Bai — West clinic: Declared: close relation');
  });

  it('that was drawn is sent with the units of the draw', async () => {
    answers = { '/choices': { people, units: [{ id: 'u1', name: 'West clinic' }, { id: 'u2', name: 'West hospital' }], aside: [], draws: [{ id: 'd', code: 'AB', purpose: 'Autumn', drawn_at: 1, unit_ids: ['u2'] }] }, '/x': { id: 'x' } };
    const shown = mount(TeamForm, { props: { pairing: pairing() }, global });
    await flushPromises();
    await shown.get('[name="draw"]').setValue('d');
    expect(shown.findAll('[name="unit"]')).toHaveLength(0);
    await shown.get('form').trigger('submit');
    await flushPromises();
    expect(sent.mock.calls[0]?.[1]).toMatchObject({ unit_ids: ['u2'], draw_id: 'd' });
  });

  it('whose lead leaves needs another one and a reason', async () => {
    answers = { '/leave': { id: 'x' } };
    const shown = mount(LeaveForm, { props: { pairing: pairing({ state: 'released' }), path: '/api/x' }, global });
    await shown.get('[name="leave-who"]').setValue('p1');
    await shown.get('[name="leave-reason"]').setValue('Ill');
    expect(shown.get('[data-testid="peer-leave-go"]').attributes('disabled')).toBeDefined();
    await shown.get('[name="leave-lead"]').setValue('p2');
    await shown.get('[data-testid="peer-leave-go"]').trigger('click');
    await flushPromises();
    expect(sent).toHaveBeenCalledWith('/api/x/leave', { person_id: 'p1', reason: 'Ill', lead_id: 'p2' });
  });
});

describe('what came of it', () => {
  const version = (hash: string) => ({ hash, title: { en: 'Gas' }, effective_from: '2026-11-01' });

  it('another version of the checklist is marked with both', () => {
    const [visit] = pairing({ visits: [{ id: 'v', number: 'N1', unit_id: 'u1', version: version('aaaa'), pinned: version('bbbb') }] }).visits;
    const shown = mount(VisitLine, { props: { visit: visit as Pairing['visits'][number], unit: 'West clinic' }, global });
    expect(shown.get('[data-testid="peer-versions"]').text()).toMatch(/aaaa.*bbbb/);
  });

  it('who was replaced in the draw is told with the reason, and a changed draw is pointed out', () => {
    const draw = pairing({ draw: { id: 'd', code: 'AB', stands: false, published: true, replacements: [{ out: 'Old', came: null, reason: 'Moving house', by: 'Sun', at: 1 }] } }).draw;
    const shown = mount(DrawNote, { props: { draw: draw as NonNullable<Pairing['draw']> }, global });
    expect(shown.get('[data-testid="peer-replaced"]').text()).toContain('Old → a unit of another region, reason: Moving house');
    expect(shown.find('[data-testid="peer-draw-differs"]').exists()).toBe(true);
    expect(shown.find('[data-testid="peer-verify"]').exists()).toBe(true);
  });

  it('after the last day a finding can only be accepted', () => {
    const finding = (appealable: boolean) => parseFinding({ id: 'f', hazard: { id: 'h', title: 'Exit blocked' }, appeal_until: Date.UTC(2026, 11, 3, 16), appealable });
    const late = mount(FindingCard, { props: { finding: finding(false), answering: true, arbitrating: false }, global });
    expect(late.find('[data-testid="peer-appeal"]').exists()).toBe(false);
    expect(late.find('[data-testid="peer-accept"]').exists()).toBe(true);
    const open = mount(FindingCard, { props: { finding: finding(true), answering: true, arbitrating: false }, global });
    expect(open.find('[data-testid="peer-appeal"]').exists()).toBe(true);
    expect(open.find('[data-testid="peer-evidence"]').exists()).toBe(true);
  });

  it('a return visit of a sealed round is sealed by who may, and open with the reason by who may not', () => {
    const round = { id: 'r', announced: false, state: 'open', checklist_keys: ['fire'] };
    const may = mount(ReturnForm, { props: { pairing: pairing({ seals: true, round }) }, global });
    expect(may.find('[name="return-opens"]').exists()).toBe(true);
    const not = mount(ReturnForm, { props: { pairing: pairing({ seals: false, round }) }, global });
    expect(not.find('[name="return-opens"]').exists()).toBe(false);
    expect(not.find('[data-testid="peer-return-open"]').exists()).toBe(true);
  });

  it('a sealed return with somebody who should stand aside goes out with the reason only', async () => {
    const aside = { person_id: 'p1', unit_id: 'u1', kind: 'relation', text: { zh: '', en: 'Declared: close relation' }, reason: null };
    answers = { '/api/people?limit=200': { items: [], next: null, total: 0 }, '/api/visits/recusals': { items: [aside] }, '/returns': { ...pairing({ seals: true }) } };
    const round = { id: 'r', announced: false, state: 'open', checklist_keys: ['fire'] };
    const form = mount(ReturnForm, { props: { pairing: pairing({ seals: true, round }) }, global });
    const shown = form.vm as unknown as { inspector: string };
    await form.get('[name="return-opens"]').setValue('2026-12-01T08:00');
    await form.get('[name="return-ends"]').setValue('2026-12-02T18:00');
    shown.inspector = 'p1';
    await vi.waitFor(() => expect(form.find('[data-testid="recusals"]').text()).toContain('close relation'));
    expect(form.get('[data-testid="peer-return-plan"]').attributes('disabled')).toBeDefined();
    await form.get('[name="recusal_reason"]').setValue(' nobody else can ');
    await form.get('form').trigger('submit');
    await flushPromises();
    expect(sent.mock.calls.find(([path]) => path.endsWith('/returns'))?.[1]).toMatchObject({ recusal_reason: 'nobody else can', lead_id: 'p1' });
  });

  it('below the least number of pairs there is a count and no figure', async () => {
    const figures = (n: number) => ({ n, agreed: 0, kappa: 0.5, low: 0.1, high: 0.9 });
    answers = { '/agreement': { days: 30, enough: 10, total: figures(12), areas: [{ key: 'fire', title: { en: 'Fire' }, ...figures(12) }], items: [{ checklist_key: 'fire', key: 'i', ask: { en: 'Exit?' }, ...figures(1) }] } };
    const shown = mount(AgreementTable, { props: { round: 'r' }, global });
    await flushPromises();
    const cells = shown.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()));
    expect(cells).toEqual([['12', '0', '0.50', '0.10 – 0.90'], ['12', '0', '0.50', '0.10 – 0.90'], ['1', '0', '–', 'too few pairs']]);
  });
});
