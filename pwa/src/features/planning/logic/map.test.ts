import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crowdsOf, toward } from './crowd';
import { hullOf } from './hull';
import { labelsFor, widthOf, type Box } from './labels';
import { barOf, groundOf, moved, netOf, onPaper, strays, wholeView, zoomed, type Frame, type Point } from './map';
import { distance } from './route';

const frame: Frame = { width: 800, height: 600, margin: 50 };
const place = fc.record({ lat: fc.double({ min: 27, max: 30, noNaN: true }), lon: fc.double({ min: 118, max: 121, noNaN: true }) });
const places = fc.array(place, { minLength: 1, maxLength: 60 });
const point = fc.tuple(fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 600 }));

describe('the map', () => {
  it('keeps every unit in the frame', () => {
    fc.assert(fc.property(places, (given) => {
      const points = given.map(groundOf(given).project);
      const view = wholeView(points, frame);
      for (const [x, y] of points.map((one) => onPaper(one, view, frame))) {
        expect(x).toBeGreaterThanOrEqual(49.9);
        expect(x).toBeLessThanOrEqual(750.1);
        expect(y).toBeGreaterThanOrEqual(49.9);
        expect(y).toBeLessThanOrEqual(550.1);
      }
    }));
  });

  it('shows north above south and west left of east, and one place alone in the middle', () => {
    const given = [{ lat: 28, lon: 119 }, { lat: 29, lon: 120 }];
    const points = given.map(groundOf(given).project);
    const [south, north] = points.map((one) => onPaper(one, wholeView(points, frame), frame));
    expect(north?.[1]).toBeLessThan(south?.[1] ?? 0);
    expect(north?.[0]).toBeGreaterThan(south?.[0] ?? 0);
    expect(onPaper([0, 0], wholeView([[0, 0]], frame), frame)).toEqual([400, 300]);
    expect(wholeView([], frame).perKm).toBeGreaterThan(0);
  });

  it('has a bar as long as what it says, and a net of such squares', () => {
    fc.assert(fc.property(fc.array(place, { minLength: 2, maxLength: 12 }), (given) => {
      const { project } = groundOf(given);
      const view = wholeView(given.map(project), frame);
      const [a, b] = [{ lat: 28.5, lon: 119.5 }, { lat: 28.6, lon: 119.5 }];
      const [[ax, ay], [bx, by]] = [onPaper(project(a), view, frame), onPaper(project(b), view, frame)];
      const bar = barOf(view, frame);
      expect(Math.hypot(ax - bx, ay - by) / distance(a, b) / (bar.width / bar.km)).toBeCloseTo(1, 2);
      const { across } = netOf(view, frame);
      for (const [n, x] of across.slice(1).entries()) expect(x - (across[n] ?? 0)).toBeCloseTo(bar.width, 6);
    }));
  });

  it('comes nearer about a point that stays, and never farther than the whole', () => {
    const whole = wholeView([[-10, -10], [10, 10]], frame);
    const near = zoomed(moved(whole, 100, 50), 2, whole);
    expect(near.perKm).toBeCloseTo(whole.perKm * 2, 9);
    expect(zoomed(near, 0.1, whole)).toBe(whole);
    expect(zoomed(whole, 1e9, whole).perKm).toBe(4000);
  });

  it('notices who lies far from all others', () => {
    const near = Array.from({ length: 30 }, (_, n) => ({ lat: 28 + n / 100, lon: 119 }));
    const wrong = { lat: 119, lon: 28 };
    expect([...strays([...near, wrong, { lat: 0, lon: 0 }])]).toEqual([wrong, { lat: 0, lon: 0 }]);
    expect(strays(near).size).toBe(0);
    expect(strays([{ lat: 0, lon: 0 }, { lat: 50, lon: 50 }]).size).toBe(0);
  });
});

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

describe('an outline', () => {
  it('has no dent and holds every place', () => {
    fc.assert(fc.property(fc.array(point, { minLength: 3, maxLength: 40 }), (given) => {
      const hull = hullOf(given);
      const sides = hull.map((one, n): [Point, Point] => [one, hull[(n + 1) % hull.length] ?? one]);
      if (hull.length > 2) for (const [a, b] of sides) for (const one of given) expect(turn(a, b, one)).toBeGreaterThanOrEqual(0);
      for (const one of hull) expect(given).toContainEqual(one);
    }));
  });

  it('takes one place, several at once and places on a line', () => {
    expect(hullOf([])).toEqual([]);
    expect(hullOf([[1, 1], [1, 1]])).toEqual([[1, 1]]);
    expect(hullOf([[0, 0], [1, 1], [2, 2]])).toEqual([[0, 0], [2, 2]]);
  });
});

describe('crowds', () => {
  const marks = fc.array(point, { maxLength: 200 }).map((all) => all.map(([x, y], n) => ({ id: String(n), x, y })));

  it('hold everybody once, and stand apart', () => {
    fc.assert(fc.property(marks, fc.integer({ min: 5, max: 60 }), (given, apart) => {
      const crowds = crowdsOf(given, apart);
      expect(crowds.flatMap(({ members }) => members.map(({ id }) => id)).sort()).toEqual(given.map(({ id }) => id).sort());
      for (const [n, a] of crowds.entries()) for (const b of crowds.slice(n + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(apart);
      for (const { x, y, members } of crowds) for (const one of members) expect(Math.hypot(one.x - x, one.y - y)).toBeLessThan(apart);
    }));
  });

  it('arrows lead to what lies there, and every mark is reached from every other', () => {
    const grid = [0, 1, 2].flatMap((across) => [0, 1, 2].map((down) => ({ id: `${String(across)}${String(down)}`, x: across * 100, y: down * 100 })));
    const first = { id: '00', x: 0, y: 0 };
    expect(toward(grid, first, 'ArrowRight')?.id).toBe('10');
    expect(toward(grid, first, 'ArrowDown')?.id).toBe('01');
    expect(toward(grid, first, 'ArrowLeft')).toBeNull();
    expect(toward(grid, first, 'Enter')).toBeNull();
    fc.assert(fc.property(marks.filter((all) => new Set(all.map(({ x, y }) => `${String(x)},${String(y)}`)).size === all.length && all.length > 0), (given) => {
      const seen = new Set(given.slice(0, 1));
      for (const one of seen) for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) { const next = toward(given, one, key); if (next) seen.add(next); }
      expect(seen.size).toBe(given.length);
    }), { numRuns: 40, seed: 7 });
  });
});

describe('names', () => {
  const meets = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  const named = fc.array(fc.tuple(point, fc.constantFrom('中心医院', '白塔镇卫生院', 'Clinic 7', '站')), { maxLength: 60 })
    .map((all) => all.map(([[x, y], name], n) => ({ id: String(n), x, y, name })));

  it('lie neither upon each other, nor upon a mark, nor outside, nor on what is taken', () => {
    const taken = [{ x: 0, y: 540, width: 250, height: 60 }];
    fc.assert(fc.property(named, (given) => {
      const labels = labelsFor(given, frame, taken);
      for (const [n, { box, name }] of labels.entries()) {
        expect(box.width).toBe(widthOf(name));
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 800 && box.y + box.height <= 600).toBe(true);
        for (const other of labels.slice(n + 1)) expect(meets(box, other.box)).toBe(false);
        for (const { x, y } of given) expect(meets(box, { x: x - 8, y: y - 8, width: 16, height: 16 })).toBe(false);
        expect(taken.some((one) => meets(box, one))).toBe(false);
      }
    }));
  });

  it('takes the first place with room: below, then right', () => {
    const [below] = labelsFor([{ id: 'a', x: 400, y: 300, name: '站' }], frame);
    expect(below?.box.y).toBe(314);
    const [right] = labelsFor([{ id: 'a', x: 400, y: 300, name: '站' }, { id: 'b', x: 400, y: 325, name: '' }], frame);
    expect(right?.box.x).toBe(414);
  });
});
