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
  const args = reportArgs({ ...newReport('r', at), unit_id: 'u', title: ' x ' }, ['p1']);
  expect(args).toMatchObject({ id: 'r', unit_id: 'u', title: 'x', description: 'x', source: 'report', photos: ['p1'] });
  expect('location_id' in args).toBe(false);
});
