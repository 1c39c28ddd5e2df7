import { describe, expect, it } from 'vitest';
import type { Answer, AnswerField, Conflict, Inspection, Part, Photo } from '@/data/records';
import type { Spot } from '@/plan/spots';
import { choicesOf, concerns, mayDecide, otherValue, sidesOf } from './dispute';
import { floorRows, isShared, ownerOf, partAt, partsBy, placeRows, sectionRows, type Ground } from './division';
import { activities, authorsIn, toldOf } from './people';

const part = (name: string, person: string | null, at = 1): Part => ({ id: `i|${name}`, inspection_id: 'i', part: name, person_id: person, said_by: 'ann', said_at: at });
const spot = (id: string, path: string, kind = 'ward'): Spot => ({ id, over: 'location', kind, name: path.split(' / ').at(-1) ?? '', path, attributes: [], location: null });
const tally = (done: number, total: number, fail = 0) => ({ done, total, fail, gap: 0 });

const spots = new Map([spot('r1', 'East / 1F / Ward 1'), spot('r2', 'East / 1F / Ward 2'), spot('r3', 'East / 2F / Ward 3')].map((one) => [one.id, one]));
const legs = [
  { section: 'rules', target: '', from: 0, count: 2 },
  { section: 'rooms', target: 'r1', from: 2, count: 3 },
  { section: 'rooms', target: 'r2', from: 5, count: 3 },
  { section: 'rooms', target: 'r3', from: 8, count: 3 },
];
const ground = (parts: readonly Part[], authors: readonly ReadonlyMap<string, number>[] = []): Ground => ({
  legs, spots, parts: partsBy(parts), authors,
  tallies: [tally(1, 2), tally(3, 3, 1), tally(0, 3), tally(0, 3)],
  titleOf: (section) => section.toUpperCase(),
});

describe('who takes on what', () => {
  const at = (target: string, section = 'rooms') => ({ section, target });

  it('is the later of the words about the place and about the section', () => {
    const parts = partsBy([part('section:rooms', 'bob', 5), part('target:r1', 'ann', 9), part('target:r2', 'cid', 2)]);
    expect(ownerOf(parts, at('r1'))).toBe('ann');
    expect(ownerOf(parts, at('r2'))).toBe('bob');
    expect(ownerOf(parts, at('r3'))).toBe('bob');
    expect(ownerOf(parts, at('', 'rules'))).toBeNull();
  });

  it('is the other when one was given back', () => {
    const parts = partsBy([part('section:rooms', 'bob', 5), part('target:r1', null, 9)]);
    expect(ownerOf(parts, at('r1'))).toBe('bob');
    expect(ownerOf(partsBy([part('section:rooms', null, 5)]), at('r1'))).toBeNull();
  });

  it('is taken over for the place where there is one', () => {
    expect(partAt(at('r1'))).toBe('target:r1');
    expect(partAt(at('', 'rules'))).toBe('section:rules');
  });

  it('is listed by section, by floor and by place', () => {
    const made = ground([part('target:r1', 'ann'), part('target:r2', 'ann'), part('target:r3', 'bob')]);
    expect(sectionRows(made).map(({ title, owner, mixed, tally: t }) => [title, owner, mixed, t.done, t.total])).toEqual([
      ['RULES', null, false, 1, 2], ['ROOMS', null, true, 3, 9],
    ]);
    expect(floorRows(made).map(({ title, parts, owner }) => [title, parts, owner])).toEqual([
      ['East / 1F', ['target:r1', 'target:r2'], 'ann'], ['East / 2F', ['target:r3'], 'bob'],
    ]);
    expect(placeRows(made).map(({ title, text, owner }) => [title, text, owner])).toEqual([
      ['Ward 1', 'East / 1F', 'ann'], ['Ward 2', 'East / 1F', 'ann'], ['Ward 3', 'East / 2F', 'bob'],
    ]);
  });

  it('names a floor by itself where floors are walked', () => {
    const floors = { ...ground([]), legs: [{ section: 'walk', target: 'f', from: 0, count: 1 }], spots: new Map([['f', spot('f', 'East / 3F', 'floor')]]) };
    expect(floorRows(floors).map(({ title }) => title)).toEqual(['East / 3F']);
  });

  it('says when two work on one part, or one in another person’s', () => {
    const rows = sectionRows(ground([part('section:rules', 'ann')], [new Map([['bob', 2]]), new Map([['ann', 1]]), new Map([['bob', 4]])]));
    expect(rows.map(isShared)).toEqual([true, true]);
    expect(rows[1]?.active).toEqual(['bob', 'ann']);
    expect(sectionRows(ground([], [new Map([['ann', 1]])])).map(isShared)).toEqual([false, false]);
  });
});

const field = (v: string, by: string, at: number, more: Partial<AnswerField> = {}): AnswerField => ({ v, rev: 1, by, at, how: null, of: null, candidates: null, ...more });
const answer = (item: string, target: string, fields: Answer['fields']): Answer => ({ id: `i|${target}|${item}`, inspection_id: 'i', target_id: target, item_key: item, fields });
const contested = field('fail', 'bob', 20, {
  candidates: [{ v: 'pass', rev: 1, by: 'ann', at: 10, how: null, of: null }, { v: 'fail', rev: 2, by: 'bob', at: 20, how: null, of: null }],
});

describe('who is where', () => {
  const answers = [
    answer('x', 'r1', { result: field('pass', 'ann', 5) }),
    answer('y', 'r2', { result: contested, note: field('n', 'ann', 30) }),
  ];

  it('comes from the last word of everybody', () => {
    expect(activities(answers)).toEqual([
      { person: 'ann', answers: 2, fails: 0, at: 30, target: 'r2', item: 'y' },
      { person: 'bob', answers: 1, fails: 1, at: 20, target: 'r2', item: 'y' },
    ]);
    expect([...authorsIn(answers)]).toEqual([['ann', 2], ['bob', 1]]);
    expect(authorsIn([undefined]).size).toBe(0);
  });

  it('keeps every word of a field, the newest first', () => {
    const told = toldOf(answers[1] ?? answer('', '', {}));
    expect(told.map((one) => [one.field, one.words.map(({ by }) => by)])).toEqual([['result', ['bob', 'ann']], ['note', ['ann']]]);
  });
});

const inspection = (lead: string, state: Inspection['state'] = 'draft') => ({ lead_id: lead, state, member_ids: ['ann', 'bob', 'cid'] }) as unknown as Inspection;
const conflict = (values: Conflict['values'], state: Conflict['state'] = 'open'): Conflict => ({ id: 'c', inspection_id: 'i', target_id: 'r1', item_key: 'x', field: 'result', values, state, resolution: null });
const both = conflict([{ v: 'pass', by: 'ann', at: 1 }, { v: 'fail', by: 'bob', at: 2 }]);
const own = conflict([{ v: 'pass', by: 'bob', at: 1 }, { v: 'fail', by: 'bob', at: 2 }]);

describe('what is disputed [faults 41, 48]', () => {
  it('is for both people and the lead; the lead decides', () => {
    expect(['ann', 'bob', 'cid', 'dan'].map((me) => concerns(both, inspection('cid'), me))).toEqual([true, true, true, false]);
    expect(['ann', 'bob', 'cid'].map((me) => mayDecide(both, inspection('cid'), me))).toEqual([false, false, true]);
  });

  it('is decided by oneself when both words are one’s own', () => {
    expect(['ann', 'bob'].map((me) => mayDecide(own, inspection('ann'), me))).toEqual([false, true]);
  });

  it('is not decided twice, nor in a record that was handed in', () => {
    expect(mayDecide({ ...both, state: 'resolved' }, inspection('ann'), 'ann')).toBe(false);
    expect(mayDecide(both, inspection('ann', 'submitted'), 'ann')).toBe(false);
  });

  it('can be agreed to by either of two, and by nobody of three', () => {
    expect(otherValue(both, inspection('cid'), 'ann')).toBe('fail');
    expect(otherValue(both, inspection('cid'), 'bob')).toBe('pass');
    expect(otherValue(both, inspection('cid'), 'cid')).toBeUndefined();
    expect(otherValue(own, inspection('cid'), 'bob')).toBeUndefined();
    expect(otherValue(conflict([...both.values, { v: 'na', by: 'cid', at: 3 }]), inspection('dan'), 'ann')).toBeUndefined();
  });

  it('shows each side with the photos of its author', () => {
    const photo = (id: string, by: string, item = 'x') => ({ id, author_id: by, item_key: item, target_id: 'r1', state: 'stored' }) as unknown as Photo;
    const sides = sidesOf(both, [photo('p1', 'bob'), photo('p2', 'bob', 'other'), photo('p3', 'ann')]);
    expect(sides.map(({ by, value, photos }) => [by, value, photos.map(({ id }) => id)])).toEqual([['ann', 'pass', ['p3']], ['bob', 'fail', ['p1']]]);
    expect(choicesOf(conflict([...both.values, { v: 'pass', by: 'cid', at: 3 }])).map(({ value }) => value)).toEqual(['pass', 'fail']);
  });
});
