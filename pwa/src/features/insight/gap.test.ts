// @vitest-environment happy-dom
/** The gap on screen: a share only with what it is counted of, too few said to be too few, every figure a way to its pairs. */
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { asked, pairsOf, parseGap, type GapLine } from './gap';
import GapChart from './GapChart.vue';
import GapTable from './GapTable.vue';
import { kappaText, lineName } from './words';

const figures = { outside: 12, own: 3, both: 3, missed: 9, seen: { k: 3, n: 12, low: 0.0889, high: 0.5323 }, agreement: { n: 24, agreed: 15, kappa: 0.25, low: 0.01, high: 0.49 } };
const told = parseGap({
  as_of: 1, from: '2025-11-23', to: '2026-11-23', days: 30, limits: { pairs: 10, found: 5 }, total: { pairs: 25, enough: true, figures },
  lines: [
    { key: 'u1', unit_id: 'u1', unit_name: 'Hospital', left_out: 1, pairs: 24, enough: true, figures },
    { key: 'u2', unit_id: 'u2', unit_name: 'Clinic', left_out: 0, pairs: 1, enough: false, figures: null },
  ],
});
const link = (row: GapLine): string => `/pairs/${row.key}`;
const plugins = [createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }] })];

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['insight']);
});

describe('the detection gap', () => {
  it('shows share, denominator and interval, and a sentence where there are too few', async () => {
    for (const part of [GapChart, GapTable]) {
      const shown = mount(part, { props: { rows: told.lines, link, caption: 'Gap' }, global: { plugins } });
      await flushPromises();
      const rows = shown.findAll('li, tbody tr');
      expect(rows[0]?.text()).toContain('3 of 12 (25%)');
      expect(rows[0]?.html()).toContain('interval 9% to 53%');
      expect(rows[1]?.text()).toContain('Too few to say (1 pairs)');
      expect(rows[1]?.text()).not.toContain('%');
    }
  });

  it('leads from a line to its very pairs, with the filters of the address', () => {
    const [hospital] = told.lines;
    if (!hospital) throw new Error('a line is there');
    const query = { by: 'unit', days: '60', view: 'table', strange: 'x', from: '' };
    expect(asked(query)).toEqual({ by: 'unit', days: '60' });
    expect(pairsOf(hospital, query, 'missed')).toEqual({ path: '/desk/gap/pairs', query: { by: 'unit', days: '60', unit_id: 'u1', outcome: 'missed' } });
    expect(lineName(hospital)).toBe('Hospital');
  });

  it('says that agreement cannot be computed instead of a number', () => {
    expect(kappaText(figures)).toBe('0.25 (0.01 to 0.49), 24 pairs');
    expect(kappaText({ ...figures, agreement: { n: 9, agreed: 9, kappa: null, low: null, high: null } })).toBe('cannot be computed (9 pairs)');
  });
});
