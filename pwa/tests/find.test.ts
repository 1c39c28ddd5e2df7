// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { beforeAll, expect, it } from 'vitest';
import { findText } from '../src/features/hazards/ledger';
import { matches } from '../src/features/hazards/logic';
import { listRows } from '../src/features/inspection/logic/rows';
import ManyPick from '../src/features/inspection/parts/ManyPick.vue';
import PickList from '../src/ui/PickList.vue';
import { finder, loadSimplified } from '../src/ui/find';

const NAME = '\u4eba\u6c11\u533b\u9662';
const TYPED = '\u4eba\u6c11\u91ab\u9662';
const options = Array.from({ length: 20 }, (_, n) => ({ value: String(n), label: n === 7 ? NAME : `CT-${String(n)}` }));

beforeAll(loadSimplified);

it('Traditional characters find Simplified ones and the other way round', () => {
  expect(finder(TYPED)(NAME)).toBe(true);
  expect(finder(NAME)(TYPED)).toBe(true);
  // The forms of the mainland, of Hong Kong and of Taiwan.
  for (const health of ['\u536b\u751f', '\u885e\u751f', '\u885b\u751f']) expect(finder(health)('\u536b\u751f')).toBe(true);
  expect(finder('\u6d88\u9632')(NAME)).toBe(false);
});

it('width and case do not count, nor does the order of words, and nothing is found everywhere', () => {
  expect(finder('\uff11\uff12\uff13')('YH-123')).toBe(true);
  expect(finder('\uff23\uff34 b2')('B2', null, 'ct')).toBe(true);
  expect(finder('124')('123')).toBe(false);
  expect(finder(' ')()).toBe(true);
});

it('every list of the phone searches so', async () => {
  const hazard = { number: 'YH-123', closure_number: null, title: NAME, description: '' } as Parameters<typeof matches>[0];
  expect([matches(hazard, TYPED, []), matches(hazard, '\uff11\uff12\uff13', []), findText([NAME], TYPED)]).toEqual([true, true, true]);
  const walk = { legs: [{ from: 0, count: 2 }], keys: [] } as unknown as Parameters<typeof listRows>[0];
  const rows = listRows(walk, { filter: 'all', words: TYPED }, { statuses: [], isLater: () => false, textOf: (n) => (n === 1 ? NAME : '') });
  expect(rows.map(({ kind }) => kind)).toEqual(['leg', 'line']);
  const many = mount(ManyPick, { props: { label: 'x', options, testId: 'many', modelValue: [] } });
  const one = mount(PickList, { props: { label: 'x', options, searchLabel: 's', empty: 'e', modelValue: null } });
  for (const list of [many, one]) {
    await list.find('input[type="search"]').setValue(TYPED);
    await flushPromises();
    expect(list.findAll('.option').map((option) => option.text())).toEqual([NAME]);
  }
});
