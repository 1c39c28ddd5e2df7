/** Can the histories fail? With one safety of the core switched off, each of these must break an invariant. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { begin, play, step, type Step } from '../../tests/sync/history';
import { check, quiet } from '../../tests/sync/invariants';
import { isOff, SCENES, without, type Mechanism } from '../../tests/sync/mechanisms';
import type * as Locked from '../data/locked';
import type * as Apply from './apply';
import type * as Belief from './belief';
import type * as Queue from './queue';
import type * as Scopes from './scopes';
import type * as Uploads from './uploads';
import type { Answer } from './wire';

const SEARCH = Number(process.env['SEARCH'] ?? 0);
const SPARE: readonly Mechanism[] = ['answer to what was asked', 'row version guard'];

vi.mock('./queue', async (original) => {
  const real = await original<typeof Queue>();
  return {
    ...real,
    acknowledge: async (...[db, verdicts]: Parameters<typeof real.acknowledge>) => {
      const touched = await real.acknowledge(db, verdicts);
      if (isOff('retained envelopes')) await db.outbox.filter((one) => one.state === 'done' && one.echo === 0).delete();
      return touched;
    },
    requeueAbove: (...given: Parameters<typeof real.requeueAbove>) =>
      isOff('setback noticed') ? Promise.resolve([]) : real.requeueAbove(...given),
    startAfresh: (...given: Parameters<typeof real.startAfresh>) =>
      isOff('new count after a fork') ? Promise.resolve() : real.startAfresh(...given),
    predecessor: (...given: Parameters<typeof real.predecessor>) =>
      isOff('predecessor') ? Promise.resolve(null) : real.predecessor(...given),
  };
});

vi.mock('./scopes', async (original) => {
  const real = await original<typeof Scopes>();
  return {
    ...real,
    keepOnly: (...given: Parameters<typeof real.keepOnly>) => (isOff('full scope list') ? Promise.resolve([]) : real.keepOnly(...given)),
    applyPage: async (...[db, page, asked, more]: Parameters<typeof real.applyPage>) => {
      if (isOff('row version guard')) await db.rows.toCollection().modify({ rv: 0 });
      const now = isOff('answer to what was asked') ? (await real.standing(db)).get(page.scope) : asked;
      return real.applyPage(db, isOff('snapshot sweep') ? { ...page, snapshot: false } : page, now, more);
    },
  };
});

vi.mock('./apply', async (original) => {
  const real = await original<typeof Apply>();
  return {
    ...real,
    applyAnswer: async (...[db, answer, question]: Parameters<typeof real.applyAnswer>) => {
      if (isOff('rows and cursor at once')) {
        for (const page of answer.pull?.pages ?? []) await db.scopes.update(page.scope, { cursor: page.cursor });
      }
      if (isOff('ack by id')) {
        await db.outbox.filter((one) => one.state === 'queued' && one.mid <= answer.lastMid).modify({ state: 'done', ackedAt: 1 });
      }
      const isTaken = await real.applyAnswer(db, answer, question);
      if (isOff('retained envelopes')) await db.outbox.filter((one) => one.state === 'done' && one.echo === 0).delete();
      return isTaken;
    },
  };
});

vi.mock('@/data/locked', async (original) => {
  const real = await original<typeof Locked>();
  return { ...real, enforce: (...given: Parameters<typeof real.enforce>) => (isOff('guest lock') ? Promise.resolve([]) : real.enforce(...given)) };
});

vi.mock('./belief', async (original) => {
  const real = await original<typeof Belief>();
  const empty: Answer = { lastMid: 0, verdicts: [], pull: { scopes: [], pages: [], more: false }, wantBlobs: null, manifest: null, minApp: null, nextPollMs: 1 } as Answer;
  return {
    ...real,
    believe: (response: Response) =>
      isOff('response belief') && response.status === 200 ? Promise.resolve({ kind: 'answer', answer: empty }) : real.believe(response),
  };
});

vi.mock('./uploads', async (original) => {
  const real = await original<typeof Uploads>();
  return {
    ...real,
    runUploads: async (...[db, ...rest]: Parameters<typeof real.runUploads>) => {
      const sent = await real.runUploads(db, ...rest);
      if (isOff('copy kept until stored was pulled')) await db.photos.where('state').equals('sent').modify({ blob: null });
      return sent;
    },
  };
});

/** What a history breaks, or null. */
const broken = async (steps: readonly Step[]): Promise<string | null> => {
  const world = await begin();
  try {
    for (const one of steps) await play(world, one);
    await quiet(world);
    await check(world);
    return null;
  } catch (error) {
    return String(error);
  } finally {
    for (const phone of world.phones) phone.db.close();
  }
};

const named = Object.entries(SCENES) as [Mechanism, readonly Step[]][];

describe('without it something breaks', () => {
  test.each(named)('%s', async (mechanism, steps) => {
    expect(await broken(steps)).toBeNull();
    const found = await without(mechanism, () => broken(steps));
    process.stdout.write(`examined: without ${mechanism}: ${steps.slice(0, 8).map((one) => one.do).join(' ')} → ${String(found)}\n`);
    expect(found).not.toBeNull();
  }, 60_000);
});

describe('without it nothing breaks either: another stands behind it', () => {
  test.each(SPARE)('%s', async (mechanism) => {
    for (const [, steps] of named) expect(await without(mechanism, () => broken(steps))).toBeNull();
  }, 120_000);
});

test.skipIf(SEARCH === 0)(
  'random histories find what is off',
  async () => {
    const needed: Record<string, number | null> = {};
    for (const mechanism of [...named.map(([name]) => name), ...SPARE]) {
      let runs = 0;
      const property = fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
        runs += 1;
        return (await without(mechanism, () => broken(steps))) === null;
      });
      const ended = await fc.check(property, { numRuns: SEARCH, endOnFailure: true, seed: 1 });
      needed[mechanism] = ended.failed ? runs : null;
    }
    process.stdout.write(`examined: searches, histories needed: ${JSON.stringify(needed)}\n`);
    expect(Object.values(needed).filter((runs) => runs !== null).length).toBeGreaterThan(named.length / 3);
  },
  SEARCH * 30_000 + 1000,
);
