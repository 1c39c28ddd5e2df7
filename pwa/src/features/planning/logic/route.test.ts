import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, distance, lengthOf, routeOf, type Stop } from './route';

const stop = fc.record({ lat: fc.double({ min: 28, max: 29, noNaN: true }), lon: fc.double({ min: 119, max: 120.5, noNaN: true }), priority: fc.integer({ min: 0, max: 100 }) });
const stops = fc.array(stop, { minLength: 1, maxLength: 14 }).map((all) => all.map((one, n): Stop => ({ ...one, id: `u${String(n).padStart(2, '0')}` })));
const urgency = fc.constantFrom(0, 0.5, 1);
const inOrder = (all: readonly Stop[], order: readonly string[]): Stop[] => order.flatMap((id) => all.find((one) => one.id === id) ?? []);

function* permutations(all: readonly Stop[]): Generator<Stop[]> {
  if (all.length <= 1) yield [...all];
  for (const [n, one] of all.entries()) for (const rest of permutations([...all.slice(0, n), ...all.slice(n + 1)])) yield [one, ...rest];
}

describe('a route', () => {
  it('visits every unit exactly once and tells its length', () => {
    fc.assert(fc.property(stops, urgency, (all, weight) => {
      const route = routeOf(all, { urgency: weight });
      expect([...route.order].sort()).toEqual(all.map(({ id }) => id));
      expect(route.km).toBeCloseTo(lengthOf(inOrder(all, route.order)), 6);
    }));
  });

  it('does not depend on the order in which units are given', () => {
    fc.assert(fc.property(stops, urgency, (all, weight) => {
      expect(routeOf([...all].reverse(), { urgency: weight })).toEqual(routeOf(all, { urgency: weight }));
    }));
  });

  it('cannot be made better by turning a part of it around', () => {
    fc.assert(fc.property(stops, urgency, (all, weight) => {
      const route = inOrder(all, routeOf(all, { urgency: weight }).order);
      for (let from = 0; from < route.length; from += 1) {
        for (let to = from + 1; to < route.length; to += 1) {
          const other = [...route.slice(0, from), ...route.slice(from, to + 1).reverse(), ...route.slice(to + 1)];
          expect(costOf(other, weight)).toBeGreaterThanOrEqual(costOf(route, weight) - 1e-6);
        }
      }
    }), { numRuns: 40 });
  });

  it('is at most a quarter dearer than the best of all orders of seven units', () => {
    fc.assert(fc.property(stops.map((all) => all.slice(0, 7)), urgency, (all, weight) => {
      const best = Math.min(...[...permutations(all)].map((one) => costOf(one, weight)));
      expect(costOf(inOrder(all, routeOf(all, { urgency: weight }).order), weight)).toBeLessThanOrEqual(best * 1.25 + 1e-6);
    }), { numRuns: 15 });
  });

  it('begins where the day begins', () => {
    fc.assert(fc.property(stops, fc.nat(13), (all, n) => {
      const start = all[n % all.length]?.id ?? null;
      expect(routeOf(all, { start }).order[0]).toBe(start);
    }));
  });

  it('goes to what is urgent first when that is asked', () => {
    const line = (id: string, lon: number, priority: number): Stop => ({ id, lat: 28, lon, priority });
    const all = [line('a', 119, 0), line('b', 119.1, 0), line('c', 119.2, 100)];
    expect(routeOf(all, { urgency: 1 }).order[0]).toBe('c');
  });

  it('finds an order for one stop, and for two hundred that no turn makes shorter', () => {
    expect(routeOf([{ id: 'a', lat: 28, lon: 119, priority: 50 }])).toEqual({ order: ['a'], km: 0 });
    let seed = 7;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const many = Array.from({ length: 200 }, (_, n): Stop => ({ id: `u${String(n).padStart(3, '0')}`, lat: 28 + random(), lon: 119 + random(), priority: Math.floor(random() * 101) }));
    const route = inOrder(many, routeOf(many).order);
    expect(new Set(route).size).toBe(200);
    const cost = costOf(route, 0.5);
    for (let n = 0; n < 300; n += 1) {
      const from = Math.floor(random() * 199);
      const to = from + 1 + Math.floor(random() * (199 - from));
      expect(costOf([...route.slice(0, from), ...route.slice(from, to + 1).reverse(), ...route.slice(to + 1)], 0.5)).toBeGreaterThanOrEqual(cost - 1e-6);
    }
  });

  it('holds every unit where several share one place, or all do', () => {
    const at = (n: number, lon: number): Stop => ({ id: `u${String(n).padStart(3, '0')}`, lat: 28, lon, priority: n % 101 });
    const one = Array.from({ length: 60 }, (_, n) => at(n, 119));
    expect(routeOf(one)).toMatchObject({ km: 0 });
    expect(new Set(routeOf(one).order).size).toBe(60);
    const two = Array.from({ length: 40 }, (_, n) => at(n, n % 2 === 0 ? 119 : 119.1));
    const route = routeOf(two, { urgency: 0 });
    expect(route.km).toBeCloseTo(distance(at(0, 119), at(1, 119.1)), 6);
    expect(new Set(route.order).size).toBe(40);
  });

  it('measures over the ground', () => {
    expect(distance({ lat: 0, lon: 0 }, { lat: 0, lon: 1 })).toBeCloseTo(111.19, 1);
    expect(routeOf([])).toEqual({ order: [], km: 0 });
  });
});
