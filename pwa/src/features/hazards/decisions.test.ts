import { describe, expect, it } from 'vitest';
import { parseRecord, type Hazard } from '@/data/records';
import { waitsForDecision } from '@/engine/workflow';
import type { KnownList } from '@/major/lists';
import { candidatesOf, choicesFor, decisionsSeen } from './decisions';
import { decidingActions, isMine, isToDecide, segmentOf, sortedActions } from './logic';

const text = { zh: 'x', en: 'x' };
const source = { doc: 'x', tag: 'verified' } as const;
const list = (over: Partial<KnownList>): KnownList => ({
  key: 'l', hash: 'h', concept: 'major', title: text, edition: '1', region: 'national', effective_from: '2026-01-01', complete: true,
  judged_by: text, at_once: [], entries: ['1', '2', '3'].map((key) => ({ key, text, wording: 'paraphrase', source })), ...over,
});
const hazard = (over: Partial<Hazard>): Hazard => ({
  ...parseRecord('hazard', { id: 'h', unit_id: 'u', title: 'A', state: 'open', due_on: '2026-12-01', suspected_major: true, steps: [] }),
  ...over,
});
const office = { id: 'me', permissions: ['hazards.decide_major', 'hazards.close', 'hazards.void'], unit: null };

describe('who may decide', () => {
  it('offers the three conclusions to the office alone', () => {
    expect(decidingActions(hazard({}), office).map(({ outcome }) => outcome)).toEqual(['major', 'general', 'experts']);
    expect(decidingActions(hazard({}), { ...office, permissions: ['hazards.close'] })).toEqual([]);
    expect(decidingActions(hazard({ state: 'closed' }), office)).toEqual([]);
  });

  it('never offers them to the unit, to whoever has to put it right, or to whoever did', () => {
    expect(decidingActions(hazard({}), { ...office, unit: 'u' })).toEqual([]);
    expect(decidingActions(hazard({ assignee_id: 'me' }), office)).toEqual([]);
    expect(decidingActions(hazard({ rectified_by: 'me' }), office)).toEqual([]);
  });

  it('keeps the conclusions apart from the other acts, and closing until there is one', () => {
    const verified = hazard({ state: 'verified' });
    expect(sortedActions(verified, office)).toEqual([]);
    expect(sortedActions(hazard({ state: 'verified', decision: 'major' }), office).map(({ key }) => key)).toEqual(['close']);
  });
});

describe('what waits', () => {
  it.each([
    [{}, true],
    [{ decision: 'experts' }, true],
    [{ decision: 'major' }, false],
    [{ decision: 'general', suspected_major: false }, false],
    [{ suspected_major: false }, false],
    [{ state: 'void' }, false],
  ] as const)('%j: %s', (over, waits) => {
    expect(waitsForDecision(hazard(over))).toBe(waits);
  });

  it('is mine to do, and listed by its day', () => {
    const waiting = hazard({ id: 'a', decide_by: '2026-11-30' });
    const decided = hazard({ id: 'c', decision: 'major' });
    const rows = [waiting, hazard({ id: 'b', decide_by: '2026-11-25' }), decided];
    expect(segmentOf(rows, 'deciding', office).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(isToDecide(waiting, office)).toBe(true);
    expect(isMine(waiting, office)).toBe(true);
    expect(isMine(decided, office)).toBe(false);
  });

  it('counts decisions, not remarks about them', () => {
    const step = { id: 's', by: 'x', at: 1, note: null, photo_ids: [], assignee_id: null, due_on: null, decision: null, received_from: null };
    const steps = ['open', 'ask_experts', 'late', 'decide_major'].map((action) => ({ ...step, action }));
    expect(decisionsSeen({ steps })).toBe(2);
  });
});

describe('criteria to choose from', () => {
  const lists = [
    list({ entries: list({}).entries.map((entry) => (entry.key === '3' ? { ...entry, applies: { areas: ['gas'] } } : entry)) }),
    list({ key: 's', concept: 'serious' }),
    list({ key: 'old', effective_to: '2026-11-20' }),
  ];

  it('puts candidates first, then those of the area, and leaves out what does not hold', () => {
    const found = choicesFor(hazard({ criteria: ['l.2'], checklist_key: 'gas' }), lists, '2026-11-21');
    expect(found.map(({ ref, rank }) => [ref, rank])).toEqual([['l.2', 'candidate'], ['l.3', 'fitting'], ['l.1', 'other']]);
    expect(choicesFor(hazard({}), lists, '2026-11-20').map(({ ref }) => ref)).toContain('old.1');
  });

  it('passes over candidates of lists that are not here', () => {
    expect(candidatesOf(['l.1', 'gone.1', 's.2'], lists).map(({ ref }) => ref)).toEqual(['l.1', 's.2']);
  });
});
