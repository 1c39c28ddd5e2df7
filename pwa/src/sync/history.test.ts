/** Random histories of the phone's own code, and what must hold after each. Kept ones are played first. */
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { begin, play, step, type Step } from '../../tests/sync/history';
import { check, quiet } from '../../tests/sync/invariants';

const RUNS = Number(process.env['HISTORIES'] ?? 40);
const SEED = Number(process.env['SEED'] ?? 0) || Math.floor(Math.random() * 1e9);
const STEPS = 30;
const KEPT = 'tests/sync/regressions';

const live = async (steps: readonly Step[], counts = new Map<string, number>()): Promise<void> => {
  const world = await begin(counts);
  try {
    for (const one of steps) await play(world, one);
    await quiet(world);
    await check(world);
  } finally {
    for (const phone of world.phones) phone.db.close();
  }
};

/** What breaks is kept, and played first from then on. */
const keeping = async (steps: readonly Step[], counts: Map<string, number>): Promise<void> => {
  try {
    await live(steps, counts);
  } catch (error) {
    const text = `[\n${steps.map((one) => ` ${JSON.stringify(one)}`).join(',\n')}\n]\n`;
    const name = `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`;
    writeFileSync(`${KEPT}/${name}`, text);
    throw new Error(`${String(error)}, kept as ${KEPT}/${name}`, { cause: error });
  }
};

describe('what once broke holds', () => {
  test.each(readdirSync(KEPT).filter((name) => name.endsWith('.json')))('%s', async (name) => {
    await live(JSON.parse(readFileSync(`${KEPT}/${name}`, 'utf8')) as Step[]);
  }, 60_000);
});

test(
  `nothing is lost, nothing counts twice, all see the same, seed ${String(SEED)} [faults 1, 2, 5, 8, 9, 13, 14, 15, 20, 21, 22, 23, 24, 27, 35, 36, 38, 39, 64, 72, 73, 74, 75, 78, 92]`,
  async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: STEPS, size: 'max' }), (steps) => keeping(steps, counts)),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['SHRINK'] === undefined, interruptAfterTimeLimit: RUNS * 1000 },
    );
    const said = [...counts].map(([what, number]) => `${String(number)} ${what}`).join(', ');
    process.stdout.write(`examined: histories of the phone, seed ${String(SEED)}: ${said}, violations 0\n`);
    expect(counts.get('histories')).toBeGreaterThan(RUNS / 2);
  },
  RUNS * 1500,
);
