// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Refused } from '@/data/api';
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
