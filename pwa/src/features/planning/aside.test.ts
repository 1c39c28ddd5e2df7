// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useApiPorts, type Refused } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { logIn } from '../../../tests/support/visit';
import { draftFor } from './logic/task';
import TaskSheet from './parts/TaskSheet.vue';

const board = { as_of: 0, today: '2026-11-22', units: [], units_in_all: 0, regions: [], people: [], tasks: [], campaigns: [], calendar: { holidays: [], work_days: [], seasons: [], open_years: [] } };
const draft = draftFor({ mode: 'surprise', checklists: ['fire'], campaign: null, leader: null, others: [] }, { unit: 'u', day: '2026-11-25', lead: 'p', sealed: true });
const refused = (code: string) => ({ ok: false, problem: { code, title: 'Stand aside', status: 409, params: {} } }) as unknown as Refused;
const sheet = (failure: Refused | null, more: object = {}) =>
  mount(TaskSheet, { props: { draft: { ...draft, ...more }, task: null, board, lists: [], busy: false, failure }, global: { stubs: { AppSheet: { template: '<div><slot /><slot name="foot" /></div>' } } } });

describe('somebody who should stand aside', () => {
  beforeEach(async () => {
    await setLocale('en');
    await loadMessages(['planning', 'common']);
    await logIn(['visits.seal', 'assignments.manage']);
  });

  it('goes on a sealed visit only with a reason, which is asked for when the server says so', async () => {
    const shown = sheet(refused('visit-recused'));
    await shown.get('[name=recusal_reason]').setValue('nobody else can');
    await shown.get('[data-testid=task-save]').trigger('click');
    expect(shown.emitted('save')?.[0]).toMatchObject([{ aside: 'nobody else can' }]);
  });

  it('is not asked about otherwise', () => {
    expect(sheet(null).find('[name=recusal_reason]').exists()).toBe(false);
    expect(sheet(refused('stale-revision')).find('[name=recusal_reason]').exists()).toBe(false);
    expect(sheet(refused('visit-recused'), { sealed: false }).find('[name=recusal_reason]').exists()).toBe(false);
  });
});

describe('a task in the sheet', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('is one task, however often it is sent before an answer comes', async () => {
    const shown = sheet(null);
    await shown.get('[data-testid=task-save]').trigger('click');
    await shown.get('[data-testid=task-save]').trigger('click');
    const ids = shown.emitted<[{ id: string }]>('save')?.map(([{ id }]) => id) ?? [];
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(draftFor({ mode: 'spot', checklists: [], campaign: null, leader: null, others: [] }, {}).id).not.toBe(ids[0]);
  });

  it('is told what speaks against the day that is chosen now, whichever answer comes last', async () => {
    vi.useFakeTimers();
    const hands = new Map<string, (response: Response) => void>();
    useApiPorts({ fetch: (path) => new Promise((resolve) => { hands.set(new URL(String(path), 'http://x').searchParams.get('on') ?? '', resolve); }) });
    const hints = (title: string): Response => Response.json({ recusals: [], unfit: [], recent: [], planned: [{ id: 'x', unit_id: 'u', title, due_on: '2026-11-25' }], busy: [], day: { off: false, holiday: null } });
    const shown = sheet(null);
    await vi.advanceTimersByTimeAsync(300);
    await shown.get('[name=day]').setValue('2026-11-26');
    await vi.advanceTimersByTimeAsync(300);
    expect([...hands.keys()]).toEqual(['2026-11-25', '2026-11-26']);
    hands.get('2026-11-26')?.(hints('of the newer day'));
    await flushPromises();
    hands.get('2026-11-25')?.(hints('of the older day'));
    await flushPromises();
    expect(shown.get('[data-testid=hints]').text()).toContain('of the newer day');
  });
});
