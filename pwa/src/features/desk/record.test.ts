import { describe, expect, it } from 'vitest';
import type { Definition } from '@/engine/definition';
import { parseInspectionRecord, recordSections, tally } from './record';

const text = (zh: string) => ({ zh, en: zh });
const item = (key: string) => ({ key, facts: [], ask: text(key), method: text(''), basis: [], answer: { type: 'pass-fail-na' as const }, photo: { rule: 'optional' as const }, weight: 1 });
const definition = {
  sections: [
    { key: 's1', title: text('S1'), items: [item('b'), item('a')] },
    { key: 's2', title: text('S2'), items: [item('c')] },
  ],
} as unknown as Definition;
const answer = (item_key: string, v: string, target_id = '') => ({
  id: `i|${target_id}|${item_key}`, inspection_id: 'i', target_id, item_key,
  fields: { result: { v, rev: 1, by: 'p', at: 1, how: 'rest' }, 'r.x': { v: 3, rev: 1, by: 'p', at: 1 } },
});
const record = parseInspectionRecord({
  id: 'i', answers: [answer('a', 'pass'), answer('b', 'fail', 'room'), answer('b', 'na', 'hall')],
  photos: { 'room|b': ['p1', 'p2'] },
});

describe('inspection record', () => {
  const sections = recordSections(definition, record);

  it('follows the checklist and leaves out what was not answered', () => {
    expect(sections.map((s) => s.key)).toEqual(['s1']);
    expect(sections[0]?.lines.map((line) => [line.item.key, line.target, line.result])).toEqual([
      ['b', 'room', 'fail'], ['b', 'hall', 'na'], ['a', '', 'pass'],
    ]);
  });

  it('carries photos, marks and readings', () => {
    const line = sections[0]?.lines[0];
    expect(line?.photos).toEqual(['p1', 'p2']);
    expect(line?.how).toBe('rest');
    expect(line?.readings).toEqual([{ reading: null, value: 3 }]);
    expect(tally(sections)).toEqual({ pass: 1, fail: 1, na: 1, unable: 0 });
  });

  it('names who signed an item and shows no bare ids', () => {
    const of = (key: string, type: 'signature' | 'photo' | 'choice') => ({ ...item(key), answer: type === 'choice' ? { type, options: [{ key: 'k', label: text('K') }] } : { type } });
    const field = (v: unknown) => ({ v: { v, rev: 1, by: 'p', at: 1 } });
    const said = parseInspectionRecord({
      id: 'i', photos: {},
      signatures: [
        { id: 'sig', inspection_id: 'i', party: 'unit', name: 'Wu', refused: false, strokes: [], width: 1, height: 1, signed_at: 1, photo_ids: [], item_key: 'x' },
        { id: 'own', inspection_id: 'i', party: 'unit', name: 'He', refused: false, strokes: [], width: 1, height: 1, signed_at: 1, photo_ids: [] },
      ],
      answers: [['x', 'sig'], ['y', ['p1']], ['z', 'k']].map(([key, v]) => ({ id: `i||${String(key)}`, inspection_id: 'i', target_id: '', item_key: key, fields: field(v) })),
    });
    const list = { sections: [{ key: 's', title: text('S'), items: [of('x', 'signature'), of('y', 'photo'), of('z', 'choice')] }] } as unknown as Definition;
    expect(recordSections(list, said)[0]?.lines.map((line) => line.readings.map(({ value }) => value))).toEqual([['Wu'], [], ['k']]);
    expect(said.signatures.map(({ id }) => id)).toEqual(['own']);
  });
});
