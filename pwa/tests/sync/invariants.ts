/** What must hold once everything is quiet, whatever happened before. */
import { runUploads } from '@/sync/uploads';
import { isDeepStrictEqual } from 'node:util';
import type { World } from './history';

const HOUR = 3_600_000;

/** The line is good: everything is sent and fetched. */
export const quiet = async (world: World): Promise<void> => {
  world.server.atMost = 100;
  for (let round = 0; round < 4; round += 1) {
    for (const phone of world.phones) {
      phone.disk.heal();
      world.clock.now += HOUR;
      const ended = await phone.sync();
      if (!ended.ok) throw new Error(`I7: does not come to rest: ${ended.state}`);
      await runUploads(phone.db, phone.ports, new AbortController().signal);
    }
  }
};

const fail = (what: string): never => {
  throw new Error(what);
};

const checkViews = async (world: World): Promise<void> => {
  for (const phone of world.phones) {
    if (!isDeepStrictEqual(await phone.shown(), phone.expected())) fail(`I3: ${phone.user} sees something else`);
    const queued = await phone.db.outbox.where('[state+mid]').between(['queued', 0], ['queued', Infinity]).count();
    if (queued > 0) fail('I7: something is still queued');
  }
};

/** What is wrong with one command: how it stands on its phone, and how often the server counted it. */
const WRONG: readonly [what: string, is: (state: string | undefined, effects: number, mayBeGone: boolean) => boolean][] = [
  ['I2: counted more than once', (_, effects) => effects > 1],
  ['I2: refused, and counts', (state, effects) => state === 'refused' && effects > 0],
  ['I1: called done, and counts for nothing', (state, effects) => state === 'done' && effects !== 1],
  ['I1: nowhere', (state, effects, mayBeGone) => state === undefined && effects === 0 && !mayBeGone],
  ['I1: undecided', (state) => state !== undefined && state !== 'done' && state !== 'refused'],
];

const checkWork = async (world: World): Promise<void> => {
  for (const { phone, id } of world.said) {
    const state = (await phone.db.outbox.get(id))?.state;
    const effects = world.server.state.effects.get(id) ?? 0;
    const wrong = WRONG.find(([, is]) => is(state, effects, world.freed.has(phone.storage)));
    if (wrong !== undefined) fail(`${wrong[0]}: ${id}`);
  }
};

const hashesHere = async (world: World): Promise<ReadonlySet<string>> => {
  const all = await Promise.all(world.phones.map((phone) => phone.db.photos.toArray()));
  const held = all.flat().filter((one) => one.blob !== null && one.state !== 'lost');
  return new Set(held.map((one) => one.sha256));
};

const checkPhotos = async (world: World): Promise<void> => {
  const here = await hashesHere(world);
  const rows = [...world.server.rows.rows.values()].filter((row) => row.etype === 'photo');
  for (const { data } of rows.filter((row) => !['stored', 'removed'].includes(String(row.data['state'])))) {
    const [hash, state] = [String(data['sha256']), String(data['state'])];
    if (here.has(hash)) fail(`I4: a phone holds a photo that is ${state}`);
    if (!world.gone.has(hash) && world.freed.size === 0) fail(`I4: a photo is ${state} without anybody's act`);
  }
};

export const check = async (world: World): Promise<void> => {
  await checkViews(world);
  await checkWork(world);
  await checkPhotos(world);
  world.counts.set('invariants', (world.counts.get('invariants') ?? 0) + 5);
  world.counts.set('histories', (world.counts.get('histories') ?? 0) + 1);
};
