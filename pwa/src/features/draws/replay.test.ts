/** One law in three tongues: the vectors that hold for the server and for replay_draw.py hold for the browser. */
import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vectors from '@contracts/vectors/random-draw.json';
import { fromHex, toHex } from '@/custody/bytes';
import type { Subtle } from '@/custody/layout';
import type { Json } from '@/data/shape';
import { canonical, codeOf, Differs, draw, isPublished, mixedSeed, replay, same, snapshotHash, standing, Stream, weigh, type Drawn, type Fields } from './replay';

const subtle = webcrypto.subtle as unknown as Subtle;
const file = vectors.file as unknown as Fields;

describe('shared vectors', () => {
  it.each(vectors.canonical)('writes $text', ({ value, text }) => {
    expect(canonical(value as Json)).toBe(text);
  });

  it('hashes snapshots and mixes seeds', async () => {
    for (const one of vectors.snapshot_hash) expect(await snapshotHash(subtle, one.snapshot as Json)).toBe(one.hash);
    for (const one of vectors.mixed) expect(toHex(await mixedSeed(subtle, one.seed, one.words, one.snapshot_hash))).toBe(one.mixed);
  });

  it.each(vectors.stream)('gives the numbers of $seed', async ({ seed, bounds, numbers }) => {
    const stream = new Stream(subtle, fromHex(seed));
    for (const [n, bound] of bounds.entries()) expect(String(await stream.below(BigInt(bound)))).toBe(numbers[n]);
  });

  it('weighs', () => {
    for (const one of vectors.weights) {
      expect(weigh(one.formula as unknown as Fields, one.percent as Fields, one.facts as Fields)).toEqual({ terms: one.terms, weight: one.weight });
    }
  });

  it.each(vectors.draws.map((one, n) => ({ n, one })))('draws and replaces ($n)', async ({ one }) => {
    const snapshot = one.snapshot as unknown as Fields;
    expect(await draw(subtle, snapshot, fromHex(one.mixed))).toEqual(one.result);
    expect(standing(one.result as readonly Drawn[], one.snapshot.most, one.replacements as unknown as Json[])).toEqual(one.standing);
  });

  it('names a draw by its seed', () => {
    for (const one of vectors.seeds.of) expect(codeOf(one.hash)).toBe(one.code);
  });
});

function* leaves(value: Json, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  const inside = Array.isArray(value) ? [...value.entries()] : typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (inside.length === 0) yield path;
  for (const [key, one] of inside as [string | number, Json][]) yield* leaves(one, [...path, key]);
}

const other = (value: unknown): Json => {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
  return value === null ? 'x' : ['x'];
};

function changed(path: readonly (string | number)[]): Fields {
  const copy = structuredClone(file) as Record<string, Json>;
  let place = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  place[last] = other(place[last]);
  return copy;
}

describe('a published file', () => {
  it('repeats, step by step', async () => {
    expect(isPublished(file)).toBe(true);
    const told = await replay(subtle, file);
    expect(told.map(({ step, state }) => `${step} ${state}`)).toEqual(['weights holds', 'seed holds', 'snapshot holds', 'result holds', 'standing holds', 'signature holds']);
  });

  it('betrays a change of any field', async () => {
    const paths = [...leaves(file)];
    expect(paths.length).toBeGreaterThan(150);
    const missed: string[] = [];
    for (const path of paths) {
      const told = await replay(subtle, changed(path));
      if (!told.some(({ state }) => state === 'differs')) missed.push(path.join('/'));
    }
    expect(missed).toEqual([]);
  });

  it('names the very place, and looks no further', async () => {
    const told = await replay(subtle, changed(['snapshot', 'candidates', 1, 'weight']));
    expect(told[0]?.difference?.where).toBe('/snapshot/candidates/1/weight');
    expect(told.slice(1).every(({ state }) => state === 'open')).toBe(true);
    expect(() => { same('/a', [1, { b: 2 }], [1, { b: 3 }]); }).toThrow(Differs);
  });

  it('is never taken for something else', async () => {
    for (const odd of [null, 1, 'x', [], {}, { format: 'anxun-draw-1' }]) expect(isPublished(odd)).toBe(false);
    expect((await replay(subtle, { snapshot: [] }))[0]?.state).toBe('differs');
  });

  it('says that a browser without Ed25519 cannot tell who signed', async () => {
    const poor = { ...subtle, digest: subtle.digest.bind(subtle), importKey: () => Promise.reject(new DOMException('no', 'NotSupportedError')) } as unknown as Subtle;
    expect((await replay(poor, file)).at(-1)?.state).toBe('unknown');
  });
});
