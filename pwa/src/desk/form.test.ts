import { describe, expect, it } from 'vitest';
import { allValues, changedValues, errorOf, missingFields, startValues, type FormField } from './form';

const fields: readonly FormField[] = [
  { key: 'name', label: 'Name', kind: 'text', required: true },
  { key: 'unit_id', label: 'Unit', kind: 'choice', fixed: true },
  { key: 'due_on', label: 'Due', kind: 'date' },
  { key: 'beds', label: 'Beds', kind: 'number' },
  { key: 'attributes', label: 'Has', kind: 'choices' },
  { key: 'active', label: 'Active', kind: 'switch' },
];

describe('desk form', () => {
  const start = startValues(fields, { name: 'A', unit_id: 'u', due_on: null, beds: 3, attributes: ['x'], active: true });

  it('sends only what was changed', () => {
    expect(changedValues(fields, start, { ...start })).toEqual({});
    expect(changedValues(fields, start, { ...start, name: ' B ', beds: null, active: false, unit_id: 'v' })).toEqual({
      name: 'B',
      beds: null,
      active: false,
    });
  });

  it('a new record leaves out what was left empty', () => {
    expect(allValues(fields, startValues(fields, { name: 'A' }))).toEqual({ name: 'A', active: false });
  });

  it('names what is required and empty', () => {
    expect(missingFields(fields, startValues(fields, {})).map((field) => field.key)).toEqual(['name']);
  });

  it("finds the server's word about a field", () => {
    const errors = [{ pointer: '#/attributes/0', code: 'x', detail: 'unknown' }];
    expect(errorOf(errors, 'attributes')).toBe('unknown');
    expect(errorOf(errors, 'attribute')).toBeNull();
  });
});
