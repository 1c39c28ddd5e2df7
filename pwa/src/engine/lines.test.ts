import { describe, expect, it } from 'vitest';
import type { Context, Definition, Item } from './definition';
import { lines } from './lines';

const PLACES = 40;
const ITEMS = 1000;

function manyItems(): Item[] {
  return Array.from({ length: ITEMS }, (_, at) => ({
    key: `t.item-${String(at)}`,
    facts: ['T-01'],
    ask: { zh: '问', en: 'Ask' },
    method: { zh: '法', en: 'Method' },
    basis: [],
    answer: { type: 'pass-fail-na' },
    photo: { rule: 'optional' },
    weight: 1,
    ...(at % 3 === 1 ? { when: { equals: ['unit.attributes.has_gas', true] } } : {}),
    ...(at % 3 === 2 ? { when: { not: { equals: [`t.item-${String(at - 1)}`, 'fail'] } } } : {}),
  }));
}

const definition: Definition = {
  key: 't',
  title: { zh: '大', en: 'Large' },
  header: { facts: ['T-01'], note: { zh: '注', en: 'Note' }, omitted: [] },
  effective_from: '2026-11-01',
  minutes: 1,
  sections: [{ key: 's', title: { zh: '节', en: 'Section' }, repeat: { over: 'location' }, items: manyItems() }],
};

const ids = Array.from({ length: PLACES }, (_, at) => `p${String(at)}`);
const context: Context = {
  unit: { tier: 'hospital', attributes: ['has_gas'], beds: 500 },
  places: Object.fromEntries(ids.map((id) => [id, { kind: 'floor', attributes: [] }])),
  targets: { location: ids, asset: [] },
  today: '2026-11-21',
};

describe('a large checklist', () => {
  it('is walked whole', () => {
    expect(lines(definition, context, {})).toHaveLength(ITEMS * PLACES);
  });
});
