import { expect, it } from 'vitest';
import { newReport, reportArgs, reportGaps } from './report';

const at = new Date(2026, 10, 27, 23, 30).getTime();

it('proposes a day, not a moment, seven days on', () => {
  expect(newReport('r', at).due_on).toBe('2026-12-04');
});

it('names what is missing', () => {
  const draft = newReport('r', at);
  expect(reportGaps(draft, 0)).toEqual(['photo', 'unit', 'title']);
  expect(reportGaps({ ...draft, unit_id: 'u', title: 'x' }, 1)).toEqual([]);
});

it('becomes a hazard without what was left open', () => {
  const args = reportArgs({ ...newReport('r', at), unit_id: 'u', title: ' x ' }, ['p1'], at);
  expect(args).toMatchObject({ id: 'r', unit_id: 'u', title: 'x', description: 'x', source: 'report', photos: ['p1'] });
  expect('location_id' in args).toBe(false);
});

it('names the days that were proposed as long as they are counted from today [fault 89]', () => {
  const draft = { ...newReport('r', at), unit_id: 'u', title: 'x' };
  expect(reportArgs(draft, [], at)).toMatchObject({ due_on: '2026-12-04', due_days: 7 });
  expect('due_days' in reportArgs(draft, [], at + 86_400_000)).toBe(false);
});
