import { describe, expect, it } from 'vitest';
import type { Data, Effect } from './effect';
import { addMember, assignParts, handLead, leaveTeam, resolveConflict } from './effects-team';

const rows = (...all: [string, Data][]): ((etype: string, eid: string) => Data | undefined) => {
  const known = new Map(all);
  return (etype, eid) => known.get(`${etype} ${eid}`);
};
const draft: Data = { id: 'i', lead_id: 'ann', member_ids: ['ann', 'bob', 'cid'], lead_claims: {}, state: 'draft' };

/** The rows after the work, and after the same work once more. */
function twice<A>(effect: Effect<A>, args: A, before: [string, Data][], by = 'ann', at = 5): Record<string, Data | null> {
  const context = { id: 'm', by, at };
  const known = new Map(before);
  const run = (): void => {
    for (const { key, data } of effect.apply(args, (etype, eid) => known.get(`${etype} ${eid}`), context)) known.set(key.join(' '), data ?? {});
  };
  run();
  const once = JSON.stringify([...known]);
  run();
  expect(JSON.stringify([...known])).toBe(once);
  return Object.fromEntries(known);
}

describe('a team on the phone', () => {
  it('takes parts on and gives them back; the later word stands', () => {
    const part = { inspection: 'i', parts: { 'section:a': 'bob', 'target:t': null } };
    const after = twice(assignParts, part, []);
    expect(after['part i|section:a']).toEqual({ id: 'i|section:a', inspection_id: 'i', part: 'section:a', person_id: 'bob', said_by: 'ann', said_at: 5 });
    expect(after['part i|target:t']).toMatchObject({ person_id: null });
    const later: [string, Data] = ['part i|section:a', { person_id: 'cid', said_by: 'cid', said_at: 9 }];
    expect(assignParts.apply(part, rows(later), { id: 'm', by: 'ann', at: 5 }).map(({ key }) => key[1])).toEqual(['i|target:t']);
    expect(assignParts.touches(part)).toEqual([['part', 'i|section:a'], ['part', 'i|target:t']]);
  });

  it('grows and shrinks, but the lead stays', () => {
    expect(twice(addMember, { inspection: 'i', person: 'dan' }, [['inspection i', draft]])['inspection i']).toMatchObject({ member_ids: ['ann', 'bob', 'cid', 'dan'] });
    expect(twice(leaveTeam, { inspection: 'i', person: 'bob' }, [['inspection i', draft]])['inspection i']).toMatchObject({ member_ids: ['ann', 'cid'] });
    expect(twice(leaveTeam, { inspection: 'i', person: 'ann' }, [['inspection i', draft]])['inspection i']).toEqual(draft);
    expect(addMember.apply({ inspection: 'x', person: 'dan' }, rows(), { id: 'm', by: 'ann', at: 1 })).toEqual([]);
  });

  it('gets another lead by the lead’s word; others only say whom they want', () => {
    const args = { inspection: 'i', person: 'bob', reason: 'r' };
    expect(twice(handLead, args, [['inspection i', draft]])['inspection i']).toMatchObject({ lead_id: 'bob', lead_claims: {} });
    expect(twice(handLead, args, [['inspection i', draft]], 'cid')['inspection i']).toMatchObject({ lead_id: 'ann', lead_claims: { bob: ['cid'] } });
    const voted = { ...draft, lead_claims: { cid: ['cid', 'bob'] } };
    expect(twice(handLead, args, [['inspection i', voted]], 'bob')['inspection i']).toMatchObject({ lead_claims: { cid: ['cid'], bob: ['bob'] } });
  });

  it('decides between two answers, once', () => {
    const args = { id: 'c', inspection: 'i', target: '', item: 'x', field: 'result', value: 'pass', base: 2, reason: 'looked' };
    const card = { id: 'c', state: 'open', resolution: null };
    const answer = { id: 'i||x', fields: { result: { v: 'fail', rev: 2, by: 'bob', at: 1, candidates: [] }, note: { v: 'n' } } };
    const after = twice(resolveConflict, args, [['conflict c', card], ['answer i||x', answer]]);
    expect(after['conflict c']).toMatchObject({ state: 'resolved', resolution: { v: 'pass', by: 'ann', at: 5, reason: 'looked' } });
    expect(after['answer i||x']).toEqual({ id: 'i||x', fields: { result: { v: 'pass', rev: 2, by: 'ann', at: 5, how: 'decided' }, note: { v: 'n' } } });
    const settled = { ...card, state: 'resolved', resolution: { v: 'fail', by: 'bob', at: 3 } };
    expect(resolveConflict.apply(args, rows(['conflict c', settled], ['answer i||x', answer]), { id: 'm', by: 'ann', at: 5 })).toEqual([]);
    expect(resolveConflict.apply(args, rows(), { id: 'm', by: 'ann', at: 5 })).toEqual([]);
  });
});
