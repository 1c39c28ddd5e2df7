import { describe, expect, it } from 'vitest';
import type { LineStatus } from './status';
import { definition, item, MINI } from '../../../../tests/support/visit';
import { choosable, proposed, repeatsOf } from '@/plan/proposal';
import { duration, lacks, totals } from './outcome';
import { restOf } from './rest';
import { EMPTY_REFUSAL, EMPTY_SIGN, readySign, refusalGaps, witnessLine } from './sign-draft';
import { signingOf } from './signing';
import { spotsOf, today } from '@/plan/spots';
import { isKnownItem, statusOf, UNTOUCHED } from './status';
import { deciders } from './structure';
import { buildWalk, libraryOf } from './walk';

const DAY = '2026-11-21';
const floor = (id: string, path: string, kind = 'floor') => ({
  id, unit_id: 'n', parent_id: null, kind, name: path.split(' / ').at(-1) ?? '', code: null, path, attributes: [], active: true,
});

describe('the status of a line', () => {
  const pf = item('m.one', { type: 'pass-fail-na', allow_na: true }, { photo: { rule: 'on-fail' } });

  it('is settled by a pass, and by a fail only with its photo and note', () => {
    expect(statusOf(pf, {}, 0, DAY)).toMatchObject({ result: null, started: false });
    expect(statusOf(pf, { result: 'pass' }, 0, DAY).gaps).toEqual([]);
    expect(statusOf(pf, { result: 'fail' }, 0, DAY).gaps.map((gap) => gap.what)).toEqual(['photo', 'note']);
    expect(statusOf(pf, { result: 'fail', note: 'x' }, 1, DAY).gaps).toEqual([]);
    expect(statusOf(pf, { result: 'unable' }, 0, DAY).gaps.map((gap) => gap.what)).toEqual(['reason']);
  });

  it('does not depend on conditions: they decide whether it is asked, not how it stands', () => {
    const conditional = item('m.two', { type: 'pass-fail-na' }, { when: { equals: ['unit.tier', 'cdc'] }, repeat: { over: 'location' }, tiers: ['cdc'] });
    expect(statusOf(conditional, { result: 'pass' }, 0, DAY)).toMatchObject({ result: 'pass', gaps: [] });
  });

  it('of an unknown kind is never settled', () => {
    const future = item('m.x', { type: 'pass-fail-na' }, { readings: [{ key: 'r', label: { zh: 'r', en: 'r' }, type: 'hologram' } as never] });
    expect(isKnownItem(future)).toBe(false);
    expect(statusOf(future, { result: 'pass' }, 0, DAY).gaps).toEqual([{ what: 'update', field: null }]);
  });
});

describe('passing the rest', () => {
  it('takes only untouched lines that need nothing but the word', () => {
    const walk = buildWalk(MINI.sections.flatMap((section) => section.items.map((each) => ({ section: section.key, target: '', item: each.key }))));
    const library = libraryOf(MINI);
    const statuses = walk.lines.map(() => UNTOUCHED);
    const facts = { walk, library, statuses, photos: () => 0, today: DAY };
    const [first, second] = walk.legs;
    if (!first || !second) throw new Error('no legs');
    expect(restOf(first, facts)).toEqual([0]);
    expect(restOf(second, facts)).toEqual([3, 4]);
    const touched = statuses.map((status, n) => (n === 3 ? { ...status, started: true } : status));
    expect(restOf(second, { ...facts, statuses: touched })).toEqual([4]);
  });
});

describe('what decides the walk', () => {
  it('are the items that a condition looks at', () => {
    const checklist = definition([
      { key: 'a', title: { zh: 'a', en: 'a' }, items: [item('m.one', { type: 'pass-fail-na' }), item('m.two', { type: 'number' })] },
      {
        key: 'b', title: { zh: 'b', en: 'b' }, when: { any: [{ equals: ['m.one', 'fail'] }, { not: { compare: ['m.two.size', '<', 3] } }] },
        items: [item('m.three', { type: 'text' }, { when: { all: [{ in: ['unit.tier', ['cdc']] }] } })],
      },
    ]);
    expect([...deciders(checklist)].sort()).toEqual(['m.one', 'm.two']);
  });
});

describe('who has to sign', () => {
  it('follows the mode', () => {
    const inspector = { party: 'inspector', refused: false } as const;
    const unit = { party: 'unit', refused: true } as const;
    expect(signingOf('self-check', []).missing).toEqual([]);
    expect(signingOf('spot', [inspector]).missing).toEqual(['unit']);
    expect(signingOf('surprise', [inspector, unit])).toMatchObject({ missing: [], fewerThanAdvised: true });
    expect(signingOf('something-new', []).missing).toEqual(['inspector', 'unit']);
  });

  it('needs a name and either ink or the keyboard', () => {
    expect(readySign({ ...EMPTY_SIGN, name: 'Li' })).toBe(false);
    expect(readySign({ ...EMPTY_SIGN, name: 'Li', typed: true })).toBe(true);
    expect(readySign({ ...EMPTY_SIGN, name: ' ', typed: true })).toBe(false);
  });

  it('a refusal needs all that gives it weight', () => {
    expect(refusalGaps(EMPTY_REFUSAL, 0)).toEqual(['name', 'reason', 'second', 'photo']);
    const full = { name: 'He', title: '', reason: 'disputes', second: 'Wang', witness: 'Zhao' };
    expect(refusalGaps(full, 1)).toEqual([]);
    expect(witnessLine(full)).toBe('Wang\u3001Zhao');
  });
});

describe('what it amounts to', () => {
  const status = (result: LineStatus['result'], gaps: LineStatus['gaps'] = []): LineStatus => ({ result, gaps, started: true, out: [] });
  const walk = buildWalk(['m.sign', 'm.duty', 'm.words'].map((key) => ({ section: 'a', target: '', item: key })));

  it('counts and lists what is missing', () => {
    const statuses = [status('pass'), status('fail'), status(null, [{ what: 'answer', field: null }])];
    expect(totals(statuses)).toEqual({ total: 3, pass: 1, fail: 1, na: 0, unable: 0, open: 1 });
    expect(lacks(walk, statuses, new Set(['|m.duty', '|m.sign'])).map((lack) => [lack.index, lack.gaps.map((gap) => gap.what)])).toEqual([[1, ['hazard']], [2, ['answer']]]);
  });

  it('took as long as it took', () => {
    expect(duration(0, 7_500_000)).toEqual({ hours: 2, minutes: 5 });
    expect(duration(10, 0)).toEqual({ hours: 0, minutes: 0 });
  });
});

describe('the beginning', () => {
  const checklist = definition([{ key: 'f', title: { zh: 'f', en: 'f' }, repeat: { over: 'location', kinds: ['floor'] }, items: [item('f.one', { type: 'pass-fail-na' })] }]);
  const spots = spotsOf([floor('b1', 'B1', 'building'), floor('f1', 'B1 / F1'), floor('f10', 'B1 / F10'), floor('f2', 'B1 / F2'), floor('o1', 'B2 / F1')], []);

  it('offers the places that the checklist is walked for', () => {
    expect(repeatsOf(checklist)).toHaveLength(1);
    expect(choosable(checklist, spots).map((spot) => spot.id)).toEqual(['f1', 'f2', 'f10', 'o1']);
  });

  it('proposes where one stands, then what was planned, then everything', () => {
    const choices = choosable(checklist, spots);
    const wish = { location: null, asset: null, planned: [] };
    expect(proposed(choices, spots, { ...wish, location: 'b1' })).toEqual(['f1', 'f2', 'f10']);
    expect(proposed(choices, spots, { ...wish, planned: ['f2'], location: 'b1' })).toEqual(['f2']);
    expect(proposed(choices, spots, wish)).toHaveLength(4);
  });

  it('proposes for a room its own branch, and nothing elsewhere', () => {
    const rooms = new Map([...spots, ...spotsOf([floor('r1', 'B1 / F1 / R1', 'room'), floor('x1', 'B3 / R1', 'room')], [])]);
    const choices = choosable(checklist, rooms);
    const wish = { location: null, asset: null, planned: [] };
    expect(proposed(choices, rooms, { ...wish, location: 'r1' })).toEqual(['f1']);
    expect(proposed(choices, rooms, { ...wish, location: 'x1' })).toEqual([]);
    expect(proposed(choices, rooms, { ...wish, planned: ['r1', 'f2'] })).toEqual(['f2']);
  });

  it('proposes for a device that is not asked about the floor on which it stands', () => {
    const device = { id: 'd', unit_id: 'n', location_id: 'f10', kind: 'lift', name: 'D', model: null, serial: null, reg_no: null, due: [], active: true };
    const all = new Map([...spots, ...spotsOf([floor('f10', 'B1 / F10')], [device])]);
    expect(proposed(choosable(checklist, all), all, { location: null, asset: 'd', planned: [] })).toEqual(['f10']);
  });

  it('knows the day where the phone is', () => {
    expect(today(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
  });
});
