import { describe, expect, it } from 'vitest';
import { parseInspectionRecord, recordSections } from './record';
import { notesOf, sharesOf } from './team';
import type { Definition } from '@/engine/definition';

const word = (v: string, by: string, at = 1) => ({ v, rev: 1, by, at });
const record = parseInspectionRecord({
  id: 'i', member_ids: ['lead', 'bob'], lead_id: 'lead',
  answers: [
    { id: 'i||a', inspection_id: 'i', target_id: '', item_key: 'a', fields: { result: { ...word('fail', 'lead'), how: 'decided' }, note: { ...word('two\none', 'bob', 2), candidates: [word('one', 'lead', 1), word('two', 'bob', 2)] } } },
    { id: 'i||b', inspection_id: 'i', target_id: '', item_key: 'b', fields: { result: { ...word('pass', 'lead'), candidates: [word('pass', 'lead'), word('pass', 'gone')] } } },
  ],
  conflicts: [{ id: 'c', inspection_id: 'i', target_id: '', item_key: 'a', field: 'result', state: 'resolved', values: [word('pass', 'lead'), word('fail', 'bob')], resolution: { v: 'fail', by: 'lead', at: 3, reason: 'looked' } }],
  photos: { '|a': ['p1', 'p2'] },
  photo_authors: { p1: 'bob', p2: 'bob', p3: 'lead' },
});
const text = (zh: string) => ({ zh, en: zh });
const item = (key: string) => ({ key, facts: [], ask: text(key), method: text(''), basis: [], answer: { type: 'pass-fail-na' as const }, photo: { rule: 'optional' as const }, weight: 1 });

describe('who found what', () => {
  it('is counted for everybody, also for who has left; a decision is not a find', () => {
    expect(sharesOf(record)).toEqual([
      { person: 'lead', lines: 1, failed: 0, photos: 0, left: false },
      { person: 'bob', lines: 1, failed: 1, photos: 2, left: false },
      { person: 'gone', lines: 1, failed: 0, photos: 0, left: true },
    ]);
  });

  it('stands at every line, note and photo', () => {
    const [section] = recordSections({ sections: [{ key: 's', title: text('s'), items: [item('a'), item('b')] }] } as unknown as Definition, record);
    expect(section?.lines.map(({ by }) => by)).toEqual([['bob'], ['lead', 'gone']]);
    expect(section?.lines[0]?.notes).toEqual([{ by: 'bob', text: 'two' }, { by: 'lead', text: 'one' }]);
    expect(section?.lines[0]?.photoAuthors).toEqual(['bob', 'bob']);
    expect(section?.lines[0]?.how).toBe('decided');
  });

  it('needs no name beside a note of one person', () => {
    expect(notesOf({ v: 'n', rev: 1, by: 'bob', at: 1, how: null, of: null, candidates: null })).toEqual([{ by: null, text: 'n' }]);
    expect(notesOf(undefined)).toEqual([]);
  });
});
