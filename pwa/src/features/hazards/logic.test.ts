import { describe, expect, it } from 'vitest';
import { parseRecord, type Hazard } from '@/data/records';
import { edgeOf, isMine, matches, segmentOf, sortedActions } from './logic';

const NOW = new Date(2026, 10, 21, 9).getTime();
const hazard = (over: Partial<Hazard>): Hazard => ({
  ...parseRecord('hazard', { id: 'h', title: 'A', description: '', state: 'open', due_on: '2026-11-24', steps: [] }),
  ...over,
});
const officer = { id: 'me', permissions: ['hazards.rectify'] };
const inspector = { id: 'me', permissions: ['hazards.verify', 'hazards.assign'] };

describe('edgeOf', () => {
  it.each([
    ['2026-11-20', 'assigned', 'over'],
    ['2026-11-21', 'assigned', 'soon'],
    ['2026-11-24', 'assigned', 'soon'],
    ['2026-11-25', 'assigned', 'later'],
    ['2026-11-01', 'closed', 'ended'],
  ] as const)('due %s in state %s is %s', (due_on, state, edge) => {
    expect(edgeOf({ due_on, state }, NOW)).toBe(edge);
  });
});

describe('offers', () => {
  it('never offers verification to the person who rectified', () => {
    const mine = hazard({ state: 'rectified', rectified_by: 'me' });
    expect(sortedActions(mine, inspector)).toEqual([]);
    expect(sortedActions({ ...mine, rectified_by: 'other' }, inspector).map((a) => a.key)).toEqual(['accept', 'reject']);
  });

  it('puts the next act first', () => {
    const assigned = hazard({ state: 'assigned' });
    const both = { id: 'me', permissions: ['hazards.rectify', 'hazards.assign', 'hazards.void'] };
    expect(sortedActions(assigned, both).map((a) => a.key)).toEqual(['submit_rectification', 'reassign', 'void']);
  });

  it('counts as mine what was given to me or waits for me', () => {
    expect(isMine(hazard({ state: 'assigned', assignee_id: 'me' }), officer)).toBe(true);
    expect(isMine(hazard({ state: 'assigned', assignee_id: 'x' }), officer)).toBe(false);
    expect(isMine(hazard({ state: 'rectified', rectified_by: 'x' }), inspector)).toBe(true);
    expect(isMine(hazard({ state: 'closed' }), inspector)).toBe(false);
  });
});

describe('lists', () => {
  const rows = [
    hazard({ id: 'b', due_on: '2026-12-01' }),
    hazard({ id: 'a', due_on: '2026-11-22' }),
    hazard({ id: 'c', state: 'closed', closed_at: 5 }),
    hazard({ id: 'd', state: 'void', opened_at: 9 }),
  ];

  it('orders open ones by due date and ended ones by their end', () => {
    expect(segmentOf(rows, 'all', inspector).map((h) => h.id)).toEqual(['a', 'b']);
    expect(segmentOf(rows, 'ended', inspector).map((h) => h.id)).toEqual(['d', 'c']);
  });

  it('finds every word, whatever its width', () => {
    const row = hazard({ number: 'YH-990102-2026-00012', title: 'Exit blocked' });
    expect(matches(row, '００012 exit', [])).toBe(true);
    expect(matches(row, 'exit ward', ['Ward 5'])).toBe(true);
    expect(matches(row, 'exit cellar', ['Ward 5'])).toBe(false);
  });
});
