/** The forms of planning and arriving: what is missing, what is sent. */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNear, lackOf, metPeople, metresBetween, parseDraft, proofOf, tagCodeOf, type ArrivalDraft } from './arrival';
import { fromLocal, membersOf, timesOf, timeTrouble, toLocal, usualTimes, writtenOf } from './plan-form';

const draft = (more: Partial<ArrivalDraft>): ArrivalDraft => ({ ...parseDraft({}), ...more });
const rules = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../contracts/generated/visit-rules.json'), 'utf8')) as { near_m: number };

describe('an arrival', () => {
  it.each([
    [{}, 'proof'],
    [{ kind: 'tag' }, 'tag'],
    [{ kind: 'tag', tag: 'ABCDEFGH' }, null],
    [{ kind: 'position' }, 'position'],
    [{ kind: 'position', position: { lat: 1, lon: 2, accuracy: 3 } }, null],
    [{ kind: 'statement' }, 'witness'],
    [{ kind: 'statement', witnesses: ['me'] }, 'witness'],
    [{ kind: 'statement', witnesses: ['you'] }, 'photo'],
  ] as const)('%j lacks %s', (more, lack) => {
    expect(lackOf(draft(more as Partial<ArrivalDraft>), 'me', 0)).toBe(lack);
  });

  it('two inspectors and a photo are enough', () => {
    const said = draft({ kind: 'statement', witnesses: ['you', 'me'] });
    expect(lackOf(said, 'me', 1)).toBeNull();
    expect(proofOf(said, 'me', 'p')).toEqual({ kind: 'statement', statement: { inspector_ids: ['me', 'you'], photo_id: 'p' } });
  });

  it('sends the one proof that was chosen, and nobody without a name', () => {
    const both = draft({ kind: 'tag', tag: 'T', position: { lat: 1, lon: 2, accuracy: 3 }, met: [{ name: ' Zhao ', title: '' }, { name: '', title: 'x' }, { name: 'Li', title: 'head' }] });
    expect(proofOf(both, 'me', undefined)).toEqual({ kind: 'tag', tag: 'T' });
    expect(proofOf({ ...both, kind: 'position' }, 'me', undefined)).toEqual({ kind: 'position', position: { lat: 1, lon: 2, accuracy: 3 } });
    expect(proofOf(draft({}), 'me', undefined)).toBeNull();
    expect(metPeople(both)).toEqual([{ name: 'Zhao' }, { name: 'Li', title: 'head' }]);
  });

  it('a half-written form of another version is read with care', () => {
    expect(parseDraft({ kind: 7, met: [{ name: 'A' }], witnesses: 'x' })).toMatchObject({ kind: '', tag: '', witnesses: [], met: [{ name: 'A', title: '' }] });
  });

  it('knows our tags by their check character, wherever they were printed', () => {
    expect(tagCodeOf('https://example.org/pay', 'here')).toBeNull();
    expect(tagCodeOf('hello', 'here')).toBeNull();
  });
});

describe('on the site', () => {
  const site = { lat: 28.4512, lon: 119.9201 };

  it('metres are those of the map', () => {
    expect(metresBetween(site, site)).toBe(0);
    expect(metresBetween(site, { ...site, lat: site.lat + 0.001 })).toBeCloseTo(111.2, 0);
  });

  it('a vague position helps no more than the rule allows', () => {
    expect(isNear(rules.near_m, 0)).toBe(true);
    expect(isNear(rules.near_m + 1, 0)).toBe(false);
    expect(isNear(2 * rules.near_m, 10 * rules.near_m)).toBe(true);
    expect(isNear(2 * rules.near_m + 1, 10 * rules.near_m)).toBe(false);
  });
});

describe('a plan', () => {
  const noon = new Date(2026, 10, 22, 12, 0).getTime();

  it('times go through the field and back', () => {
    expect(toLocal(noon)).toBe('2026-11-22T12:00');
    expect(fromLocal(toLocal(noon))).toBe(noon);
    expect([fromLocal(''), fromLocal('x')]).toEqual([null, null]);
    expect(usualTimes(noon)).toEqual({ opens: '2026-11-23T08:00', ends: '2026-11-23T18:00' });
    expect(timesOf(null, noon)).toEqual(usualTimes(noon));
  });

  it.each([
    ['', '2026-11-23T08:00', 'missing'],
    ['2026-11-23T08:00', '2026-11-23T08:00', 'order'],
    ['2026-11-21T08:00', '2026-11-22T08:00', 'past'],
    ['2026-11-21T08:00', '2026-11-23T08:00', null],
  ])('from %s to %s: %s', (opens, ends, trouble) => {
    expect(timeTrouble({ opens, ends }, noon)).toBe(trouble);
  });

  it('whoever leads is no member', () => {
    expect(membersOf({ leader_id: 'a', member_ids: ['a', 'b'] })).toEqual(['b']);
    expect(membersOf({})).toEqual([]);
  });

  it('what was written is what differs from the beginning', () => {
    expect(writtenOf({ note: '', unit_id: 'u', member_ids: [] }, { note: 'x', unit_id: 'u', member_ids: ['a'] })).toEqual({ note: 'x', member_ids: ['a'] });
  });
});
