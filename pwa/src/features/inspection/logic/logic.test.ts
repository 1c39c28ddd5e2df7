import { describe, expect, it } from 'vitest';
import type { Line } from '@/engine/definition';
import { asPublished, draftGaps, newDraft, readDraft, withSentence } from './hazard-draft';
import { listRows, visibleSlice } from './rows';
import { beginStroke, extendStroke, isSigned, strokePath, type Strokes } from '@/answers/strokes';
import { UNTOUCHED, type LineStatus } from './status';
import { progressOf } from './tally';
import { buildWalk, legAt, lineKey, seek } from './walk';

const line = (section: string, target: string, item: string): Line => ({ section, target, item });
const ok = (result: LineStatus['result']): LineStatus => ({ result, gaps: [], started: true, out: [] });
const lacking: LineStatus = { ...ok('fail'), gaps: [{ what: 'photo', field: null }] };
const mixed = [line('a', '', 'a.1'), line('b', 'r1', 'b.1'), line('b', 'r2', 'b.1'), line('b', 'r1', 'b.2'), line('b', 'r2', 'b.2'), line('c', '', 'c.1')];

describe('the walk', () => {
  const walk = buildWalk(mixed);

  it('finishes one place before it goes to the next', () => {
    expect(walk.lines.map(lineKey)).toEqual(['|a.1', 'r1|b.1', 'r1|b.2', 'r2|b.1', 'r2|b.2', '|c.1']);
    expect(walk.legs.map((leg) => [leg.section, leg.target, leg.from, leg.count])).toEqual([
      ['a', '', 0, 1], ['b', 'r1', 1, 2], ['b', 'r2', 3, 2], ['c', '', 5, 1],
    ]);
  });

  it('finds the leg of a line', () => {
    expect([0, 1, 2, 3, 4, 5].map((n) => legAt(walk, n))).toEqual([0, 1, 1, 2, 2, 3]);
    expect(legAt(buildWalk([]), 0)).toBe(0);
  });

  it('looks forward first and goes round once', () => {
    expect(seek(6, 4, (n) => n === 2)).toBe(2);
    expect(seek(6, 4, (n) => n === 5 || n === 2)).toBe(5);
    expect(seek(6, 4, (n) => n === 4)).toBeNull();
    expect(seek(0, 0, () => true)).toBeNull();
  });

  it('counts per leg, section and altogether', () => {
    const progress = progressOf(walk, [ok('pass'), ok('fail'), lacking, ok('na'), UNTOUCHED, ok('unable')]);
    expect(progress.all).toEqual({ total: 6, done: 4, fail: 2, gap: 1 });
    expect(progress.sections.get('b')).toEqual({ total: 4, done: 2, fail: 2, gap: 1 });
    expect(progress.legs[1]).toEqual({ total: 2, done: 1, fail: 2, gap: 1 });
  });

  it('costs no more per line with a thousand items at forty places', () => {
    const walkOf = (places: number): ReturnType<typeof buildWalk> => {
      const many = Array.from({ length: places * 1000 }, (_, n) => line('s', `t${String(n % places)}`, `i.${String(Math.floor(n / places))}`));
      const made = buildWalk(many);
      progressOf(made, many.map(() => UNTOUCHED));
      return made;
    };
    const best = (places: number): number =>
      Math.min(...Array.from({ length: 4 }, () => {
        const began = performance.now();
        walkOf(places);
        return performance.now() - began;
      }));
    expect(walkOf(40).legs).toHaveLength(40);
    // Ten times the lines; work that grows with the square would take a hundred times as long.
    expect(best(40) / best(4)).toBeLessThan(50);
  });
});

describe('the list', () => {
  const walk = buildWalk(mixed);
  const statuses = [ok('pass'), ok('fail'), lacking, ok('na'), UNTOUCHED, UNTOUCHED];
  const facts = { statuses, isLater: (n: number) => n === 5, textOf: (n: number) => walk.lines[n]?.item ?? '' };
  const shown = (filter: 'all' | 'todo' | 'fail' | 'gap' | 'later', words = ''): string[] =>
    listRows(walk, { filter, words }, facts).map((row) => row.key);

  it('shows a heading only above lines that match', () => {
    expect(shown('fail')).toEqual(['g1', 'l1', 'l2']);
    expect(shown('todo')).toEqual(['g2', 'l4', 'g3', 'l5']);
    expect(shown('gap')).toEqual(['g1', 'l2', 'g2', 'l4', 'g3', 'l5']);
    expect(shown('later')).toEqual(['g3', 'l5']);
    expect(shown('all', 'B.2')).toEqual(['g1', 'l2', 'g2', 'l4']);
    expect(shown('all')).toHaveLength(10);
  });

  it('makes only the rows near the window', () => {
    expect(visibleSlice(1000, 64, 6400, 640)).toEqual({ from: 94, to: 116 });
    expect(visibleSlice(3, 64, 0, 640)).toEqual({ from: 0, to: 3 });
    expect(visibleSlice(0, 64, 900, 640)).toEqual({ from: 0, to: 0 });
  });
});

describe('a signature', () => {
  const pen = (points: [number, number][]): Strokes =>
    points.slice(1).reduce<Strokes>((strokes, [x, y]) => extendStroke(strokes, x, y), beginStroke([], points[0]?.[0] ?? 0, points[0]?.[1] ?? 0));

  it('is told from a slip of the finger', () => {
    expect(isSigned(pen([[0, 0], [50, 0]]))).toBe(false);
    expect(isSigned(pen([[0, 0], [150, 0], [150, 100]]))).toBe(true);
  });

  it('drops points that say nothing and keeps inside the box', () => {
    expect(pen([[0, 0], [1, 1], [-50, 2000]])).toEqual([[[0, 0], [0, 1000]]]);
  });

  it('becomes a smooth path', () => {
    expect(strokePath([[1, 2]])).toBe('M1 2h0.1');
    expect(strokePath([[0, 0], [10, 0], [20, 10]])).toBe('M0 0Q10 0 15 5L20 10');
  });
});

describe('a hazard draft', () => {
  const pick = (text: { zh: string; en: string } | undefined): string => text?.en ?? '';
  const seed = { id: 'h1', ask: 'Is the exit clear?', found: ['blocked by boxes'], pick, today: '2026-11-21', assignee: 'p1' };

  it('is prefilled from the item', () => {
    const draft = newDraft({
      ...seed,
      defaults: { title: { zh: 'x', en: 'Exit blocked' }, grade: 'suspect-major', criterion: { zh: 'x', en: 'whole floor' }, category: 'fire', due_days: 3, suggest: { zh: 'x', en: 'Clear it' } },
    });
    expect(draft).toEqual({
      id: 'h1', title: 'Exit blocked', description: 'blocked by boxes', suggestion: 'Clear it', grade: 'suspect-major',
      criterion: 'whole floor', category: 'fire', due_on: '2026-11-24', assignee_id: 'p1',
    });
    expect(draftGaps(draft, '2026-11-21')).toEqual([]);
  });

  it('proposes what was published: Simplified characters for both ways of writing Chinese', () => {
    const defaults = { title: { zh: '\u51fa\u53e3\u5835\u585e', en: 'Exit blocked' }, grade: 'general' as const, category: 'fire', due_days: 3, suggest: { zh: '\u7acb\u5373\u6e05\u7406', en: 'Clear it' } };
    const proposed = (language: string): unknown => newDraft({ ...seed, pick: asPublished(language), defaults });
    for (const language of ['zh-CN', 'zh-Hant']) expect(proposed(language)).toMatchObject({ title: defaults.title.zh, suggestion: defaults.suggest.zh, criterion: '' });
    expect(proposed('en')).toMatchObject({ title: 'Exit blocked', suggestion: 'Clear it', criterion: '' });
  });

  it('falls back on the question', () => {
    expect(newDraft({ ...seed, defaults: undefined })).toMatchObject({ title: 'Is the exit clear?', grade: 'general', due_on: '2026-12-06', category: null });
  });

  it('says what is missing', () => {
    const draft = { ...newDraft({ ...seed, found: [], defaults: undefined }), due_on: '2026-11-20', title: ' ' };
    expect(draftGaps(draft, '2026-11-21')).toEqual(['title', 'description', 'due']);
  });

  it('adds a sentence once', () => {
    expect(withSentence('', 'no record')).toBe('no record');
    expect(withSentence('boxes', 'no record')).toBe('boxes\uff1bno record');
    expect(withSentence('boxes; no record', 'no record')).toBe('boxes; no record');
  });

  it('reads back what it wrote and nothing else', () => {
    const draft = newDraft({ ...seed, defaults: undefined });
    expect(readDraft(structuredClone(draft))).toEqual(draft);
    expect(readDraft({ id: 'x' })).toBeNull();
    expect(readDraft(null)).toBeNull();
  });
});
