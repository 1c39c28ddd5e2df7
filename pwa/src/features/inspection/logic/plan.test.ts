import { describe, expect, it } from 'vitest';
import type { Inspection } from '@/data/records';
import { parseRecord } from '@/data/records';
import type { Context, Definition } from '@/engine/definition';
import { definition, item } from '../../../../tests/support/visit';
import { lengthOf, NO_TIMES } from '@/plan/length';
import { wholePart } from './parts';
import { drawFor, isDrawn, lastChecks, turnsOf } from './turns';

const plain = { type: 'pass-fail-na' } as const;
const title = { zh: '节', en: 'Section' };
const DEEP: Definition = {
  ...definition([
    { key: 'a', title, items: [item('m.base', plain), item('m.one', plain, { depth: 'deep' }), item('m.two', plain, { depth: 'deep' })] },
    { key: 'b', title, items: [item('m.later', plain, { when: { equals: ['m.base', 'pass'] } }), item('m.three', plain, { depth: 'deep', tiers: ['hospital'] })] },
    { key: 'c', title, when: { all: [{ not: { equals: ['m.later', 'fail'] } }] }, items: [item('m.last', plain)] },
    { key: 'd', title, items: [item('m.free', plain)] },
  ]),
  rotation: { per_visit: 1 },
};
const context: Context = { unit: { tier: 'clinic', attributes: [], beds: null }, places: {}, targets: { location: [], asset: [] }, today: '2026-11-22' };
const visit = (more: Record<string, unknown>): Inspection =>
  parseRecord('inspection', { id: 'i', checklist_key: 'mini', state: 'submitted', submitted_at: 5, ...more });

describe('the items that take turns', () => {
  it('knows what submitted visits of this checklist settled, the newest counts', () => {
    const visits = [
      visit({ deep_checked: ['m.one'], deep_items: ['m.one', 'm.two'], submitted_at: 3 }),
      visit({ deep_checked: ['m.one'], submitted_at: 9 }),
      visit({ deep_checked: null, deep_items: ['m.two'], submitted_at: null, device_started_at: 4 }),
      visit({ deep_checked: ['m.three'], checklist_key: 'other' }),
      visit({ deep_checked: ['m.three'], state: 'draft' }),
    ];
    expect(lastChecks(visits, 'mini')).toEqual({ 'm.one': 9, 'm.two': 4 });
    expect(drawFor(DEEP, context, 'any', visits)).toEqual(['m.two']);
    expect(drawFor(DEEP, context, 'any', visits.slice(1, 2))).toEqual(['m.two']);
  });

  it('says how many there are for this unit', () => {
    expect(turnsOf(DEEP, context)).toEqual({ all: 2, drawn: 1 });
    expect(turnsOf(DEEP, { ...context, sections: ['d'] })).toBeNull();
    expect(turnsOf(definition([]), context)).toBeNull();
    expect(drawFor(definition([]), context, 'any', [])).toBeNull();
  });

  it('marks only what was drawn', () => {
    const [deep, other] = [item('m.one', plain, { depth: 'deep' }), item('m.base', plain)];
    expect(isDrawn(visit({ deep_items: ['m.one', 'm.base'] }), deep)).toBe(true);
    expect(isDrawn(visit({ deep_items: ['m.one', 'm.base'] }), other)).toBe(false);
    expect(isDrawn(visit({ deep_items: null }), deep)).toBe(false);
  });
});

describe('a part of the checklist', () => {
  it('takes with it what decides about it', () => {
    expect(wholePart(DEEP, ['b'])).toEqual(['a', 'b']);
    expect(wholePart(DEEP, ['c'])).toEqual(['a', 'b', 'c']);
    expect(wholePart(DEEP, ['d'])).toEqual(['d']);
    expect(wholePart(DEEP, ['d', 'c'])).toBeNull();
  });
});

describe('the length of a visit', () => {
  it('is measured where most of it was, and estimated elsewhere', () => {
    expect(lengthOf(DEEP, { ...context, sections: ['a'] }, NO_TIMES, 'full')).toEqual({ lines: 3, minutes: 1, visits: 0 });
    const times = { visits: 14, items: { 'm.base': 100, 'm.one': 100 } };
    expect(lengthOf(DEEP, { ...context, sections: ['a'] }, times, 'full')).toEqual({ lines: 3, minutes: 4, visits: 14 });
    expect(lengthOf(DEEP, context, { visits: 14, items: { 'm.base': 5 } }, 'full').visits).toBe(0);
  });
});
