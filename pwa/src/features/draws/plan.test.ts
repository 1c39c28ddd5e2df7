/** What is sent of a choice, and what a draw of people becomes. */
import { describe, expect, it } from 'vitest';
import { blankChoice, ofKind, sentChoice } from './choice';
import { chancesOf, parseDraw, type Draw } from './draw';
import { ordersOf, type Plan } from './plan';

const drawOf = (secret: boolean): Draw =>
  parseDraw({
    id: 'd1', code: 'AAAA-BBBB-CCCC', kind: 'people', secret, purpose: 'November', plan_ids: { u1: 'p1', u2: 'p2' }, standing: [{ slot: 'u1', ids: ['a', 'b'] }, { slot: 'u2', ids: [] }],
  });
const plan: Plan = { checklists: ['fire'], mode: 'spot', day: '2026-12-01', opens: '08:00', ends: '20:00' };

describe('a choice', () => {
  it('sends only what belongs to its kind', () => {
    const units = sentChoice(blankChoice(), [{ id: 'x', reason: 'moving' }]);
    expect(Object.keys(units)).not.toContain('most');
    expect(Object.keys(units)).not.toContain('purpose');
    expect(units['exclusions']).toEqual([{ id: 'x', reason: 'moving' }]);
    const people = sentChoice(ofKind(blankChoice(), 'people'), []);
    expect(people['formula']).toBe('rested');
    expect(Object.keys(people)).not.toContain('tiers');
  });
});

describe('a plan', () => {
  it('is an assignment for each unit that somebody was drawn for; the first leads', () => {
    const orders = ordersOf(drawOf(false), plan);
    expect(orders.map(({ unit, path }) => [unit, path])).toEqual([['u1', '/api/assignments']]);
    expect(orders[0]?.body).toMatchObject({ id: 'p1', lead_id: 'a', inspector_ids: ['a', 'b'], due_on: '2026-12-01', note: 'AAAA-BBBB-CCCC' });
  });

  it('sends nobody to a unit from which somebody must stand aside by now', () => {
    const held = { ...drawOf(false), recused: [{ slot: 'u1', id: 'b', why: ['relation'] }] };
    expect(ordersOf(held, plan)).toEqual([]);
  });

  it('is a sealed visit where the draw is secret', () => {
    const [order] = ordersOf(drawOf(true), plan);
    expect(order?.path).toBe('/api/visits');
    expect(order?.body).toMatchObject({ id: 'p1', leader_id: 'a', member_ids: ['b'], draw_id: 'd1' });
    expect(Number(order?.body['ends_at']) - Number(order?.body['opens_at'])).toBe(12 * 3_600_000);
  });
});

it('tells chances among those who may be drawn for a slot', () => {
  const { snapshot } = parseDraw({
    snapshot: { candidates: [{ id: 'a', weight: 3, out: [], barred: {} }, { id: 'b', weight: 1, out: [], barred: {} }, { id: 'c', weight: 9, out: [], barred: { u1: ['relation'] } }, { id: 'd', weight: 9, out: [{ kind: 'inactive' }], barred: {} }] },
  });
  expect(snapshot.candidates.map(chancesOf(snapshot, 'u1'))).toEqual([0.75, 0.25, 0, 0]);
});
