/** Nobody who works in an inspected unit, and no guest, is offered for a visit; a unit's own people for its self-check. */
import { expect, it } from 'vitest';
import type { Person } from '@/data/records';
import { mayJoin } from './colleagues';

const person = (role: string, unit: string | null = null, active = true): Person => ({ id: role, name: role, title: null, unit_id: unit, roles: [role], active });

it.each([
  ['inspector', null, 'spot', true],
  ['expert', null, 'self-check', true],
  ['guest', null, 'spot', false],
  ['unit_head', 'n', 'spot', false],
  ['safety_officer', 'n', 'spot', false],
  ['safety_officer', 'n', 'self-check', true],
  ['unit_head', 'other', 'self-check', false],
  ['staff', 'n', 'self-check', false],
] as const)('%s of %s at a %s: %s', (role, unit, mode, offered) => {
  expect(mayJoin(person(role, unit), mode, 'n')).toBe(offered);
});

it('who has left is not offered', () => {
  expect(mayJoin(person('inspector', null, false), 'spot', 'n')).toBe(false);
});
