import { describe, expect, it } from 'vitest';
import { add, arrowHead, blurredAreas, boxOf, drag, EMPTY_DRAWING, locate, MAX_MARKS, point, readMarks, redo, undo, word, type Mark } from './annotation';

const arrow = (id: string): Mark => ({ id, kind: 'arrow', colour: 'red', from: [0, 0], to: [500, 500] });

describe('a drawing over a photo', () => {
  it('undoes and redoes step by step, and forgets the undone once something new is drawn', () => {
    const two = add(add(EMPTY_DRAWING, arrow('a')), arrow('b'));
    const one = undo(two);
    expect(one.marks.map((mark) => mark.id)).toEqual(['a']);
    expect(redo(one).marks.map((mark) => mark.id)).toEqual(['a', 'b']);
    expect(add(one, arrow('c')).undone).toEqual([]);
    expect(undo(EMPTY_DRAWING)).toBe(EMPTY_DRAWING);
  });

  it('stops at a sensible number of marks', () => {
    const full = Array.from({ length: MAX_MARKS + 5 }, (_, n) => arrow(String(n))).reduce(add, EMPTY_DRAWING);
    expect(full.marks).toHaveLength(MAX_MARKS);
  });

  it('takes a tap for a tap', () => {
    expect(drag('a', 'circle', 'red', [[10, 10], [12, 12]])).toBeNull();
    expect(drag('a', 'blur', 'red', [[10, 10], [80, 80]])).toEqual({ id: 'a', kind: 'blur', from: [10, 10], to: [80, 80] });
    expect(word('t', 'red', [1, 1], '   ')).toBeNull();
  });

  it('keeps points inside the picture and boxes upright', () => {
    expect(point(-5, 1200)).toEqual([0, 1000]);
    expect(boxOf([300, 400], [100, 900])).toEqual({ x: 100, y: 400, w: 200, h: 500 });
    expect(blurredAreas([arrow('a'), { id: 'b', kind: 'blur', from: [9, 9], to: [1, 1] }])).toEqual([{ x: 1, y: 1, w: 8, h: 8 }]);
  });

  it('draws both barbs behind the tip', () => {
    const [left, right] = arrowHead([0, 500], [1000, 500], 1600, 900);
    expect(left[0]).toBeLessThan(1000);
    expect(right[0]).toBeLessThan(1000);
    expect(left[1] - 500).toBe(-(right[1] - 500));
  });

  it('finds the finger in a picture with bars beside it', () => {
    const frame = { left: 0, top: 100, width: 400, height: 400 };
    expect(locate(frame, 1000, 500, 200, 300)).toEqual([500, 500]);
    expect(locate(frame, 1000, 500, 0, 200)).toEqual([0, 0]);
    expect(locate(frame, 1000, 500, 400, 120)).toEqual([1000, 0]);
  });

  it('reads only marks it understands', () => {
    expect(readMarks([arrow('a'), { id: 'x', kind: 'sticker' }, null, { id: 'y', kind: 'circle', from: [1], to: [2, 2] }])).toEqual([arrow('a')]);
    expect(readMarks(undefined)).toEqual([]);
  });
});
