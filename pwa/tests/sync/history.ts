/**
 * Any history at all: writes and photos, round trips that fail in every way, a disk that fails in every way, restarts, second
 * tabs, clones, restored servers, permissions that come and go. Steps are plain data, so that one can be kept and played again.
 */
import fc from 'fast-check';
import { sha256 } from '@/data/hash';
import { enforce } from '@/data/locked';
import { tidy } from '@/sync/housekeeping';
import { runUploads, UploadFailed } from '@/sync/uploads';
import type { UploadJob } from '@/sync/ports';
import { Killed, type DiskFault } from './disk';
import { ModelServer } from './model-server';
import { Clock, Phone, sharedLocks, type Fault } from './phone';
import { answer, comment, hazard, photo, start, submit } from './work';

const FAULTS: readonly Fault[] = [
  'none', 'none', 'lose-request', 'lose-response', 'twice', 'cut', 'portal', 'redirect', 'foreign-json', 'timeout',
  'bad-gateway',
  { status: 503, body: { code: 'unavailable' }, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '3' } },
  { status: 413, body: '<html>', headers: { 'Content-Type': 'text/html' } },
];
const DISK: readonly DiskFault[] = ['abort', 'full', 'lost', 'killed'];
const UPLOADS = ['well', 'refused', 'cut', 'unsaid'] as const;
const ITEMS = ['a', 'b', 'c'];
const RESULTS = ['pass', 'fail', 'na'];
const REGION = 'region:unit-1';
/** A unit that nobody here reaches but by a pass. */
const LENT = 'unit-lent';
const PASS_MS = 3_600_000;
const DAY = 86_400_000;
const MOST_PHONES = 4;

export interface World {
  readonly server: ModelServer;
  readonly clock: Clock;
  readonly phones: Phone[];
  readonly said: { readonly phone: Phone; readonly id: string }[];
  /** Tabs of one browser are one disk. */
  readonly freed: Set<Phone['storage']>;
  readonly counts: Map<string, number>;
  /** Photos of which a copy was given up by rule, or with its phone. */
  readonly gone: Set<string>;
  backup: ReturnType<ModelServer['backup']>;
  made: number;
}

export type Step =
  | { readonly do: 'answer'; readonly who: number; readonly item: number; readonly result: number }
  | { readonly do: 'hazard' | 'comment' | 'submit' | 'restart' | 'clone' | 'tab' | 'evict' | 'photo'; readonly who: number }
  | { readonly do: 'sync'; readonly who: number; readonly faults: readonly number[] }
  | { readonly do: 'both'; readonly who: number; readonly other: number; readonly seed: number }
  | { readonly do: 'strike'; readonly who: number; readonly fault: number; readonly after: number; readonly times: number }
  | { readonly do: 'upload'; readonly who: number; readonly how: number }
  | { readonly do: 'grant' | 'revoke' | 'lend' | 'over'; readonly who: number }
  | { readonly do: 'backup' | 'restore' | 'collect' | 'delete' | 'day' }
  | { readonly do: 'pages'; readonly rows: number }
  | { readonly do: 'cut-batches'; readonly most: number };

const who = fc.nat(3);
const simple = <T extends Step['do']>(...names: T[]) => fc.record({ do: fc.constantFrom(...names), who });

export const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer'), who, item: fc.nat(2), result: fc.nat(2) }) },
  { weight: 3, arbitrary: simple('hazard', 'comment') },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sync'), who, faults: fc.array(fc.nat(FAULTS.length - 1), { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('both'), who, other: who, seed: fc.nat(999) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('strike'), who, fault: fc.nat(3), after: fc.nat(8), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: simple('photo') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('upload'), who, how: fc.nat(3) }) },
  { weight: 3, arbitrary: simple('restart', 'clone', 'tab') },
  { weight: 1, arbitrary: simple('submit', 'evict') },
  { weight: 2, arbitrary: simple('grant', 'revoke') },
  { weight: 2, arbitrary: simple('lend', 'over') },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('backup', 'restore', 'collect', 'delete', 'day') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pages'), rows: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut-batches'), most: fc.integer({ min: 1, max: 3 }) }) },
) as fc.Arbitrary<Step>;

const count = (world: World, what: string): void => {
  world.counts.set(what, (world.counts.get(what) ?? 0) + 1);
};

export const begin = async (counts = new Map<string, number>()): Promise<World> => {
  const server = new ModelServer();
  const clock = new Clock();
  const phones = [new Phone(server, { user: 'u1', clock }), new Phone(server, { user: 'u2', clock })];
  for (const user of ['u1', 'u2']) server.grant(user, REGION);
  const world: World = { server, clock, phones, counts, said: [], freed: new Set(), gone: new Set(), backup: server.backup(), made: 0 };
  await say(world, 0, start('i1', ['u2']));
  await phoneOf(world, 0).sync();
  return { ...world, backup: server.backup() };
};

const phoneOf = (world: World, who: number): Phone => {
  const phone = world.phones[who % world.phones.length];
  if (phone === undefined) throw new Error('no phone');
  return phone;
};

/** What the app does when its storage throws: it goes on, or it is gone and starts again. */
const survive = async (world: World, phone: Phone, work: () => Promise<unknown>): Promise<void> => {
  const struck = phone.disk.struck;
  try {
    await work();
  } catch (error) {
    if (phone.disk.struck === struck) throw error;
    if (error instanceof Killed || String(error).includes('killed')) phone.restart();
  }
  if (phone.disk.struck === struck) return;
  count(world, 'failed writes');
  phone.disk.heal();
};

/** A command counts as given only when `commit` resolved; when it did not, nothing of it is on the disk. */
const say = async (world: World, who: number, ...what: Parameters<Phone['commit']>): Promise<void> => {
  const phone = phoneOf(world, who);
  const before = new Set(await phone.db.outbox.toCollection().primaryKeys());
  let ids: readonly string[] = [];
  await survive(world, phone, async () => {
    ids = await phone.commit(...what);
  });
  const after = await phone.db.outbox.toCollection().primaryKeys();
  const fresh = after.filter((id) => !before.has(id));
  if (fresh.length !== ids.length) throw new Error(`I7: ${String(fresh.length)} kept, ${String(ids.length)} told`);
  for (const id of ids) world.said.push({ phone, id });
};

const addPhone = (world: World, phone: Phone): Phone => {
  world.phones.push(phone);
  return phone;
};

const clone = async (world: World, who: number): Promise<void> => {
  if (world.phones.length >= MOST_PHONES) return;
  const phone = phoneOf(world, who);
  const twin = addPhone(world, new Phone(world.server, { user: phone.user, clock: world.clock }));
  for (const table of phone.db.tables) await twin.db.table(table.name).bulkPut(await table.toArray());
  if (world.freed.has(phone.storage)) world.freed.add(twin.storage);
};

const openTab = (world: World, who: number): void => {
  const { user, storage } = phoneOf(world, who);
  if (world.phones.length < MOST_PHONES) addPhone(world, new Phone(world.server, { user, storage, clock: world.clock, locks: sharedLocks() }));
};

/** The browser throws the origin away: every tab of it is a new phone, and its work is nobody's promise any more. */
const evict = async (world: World, who: number): Promise<void> => {
  const { storage } = phoneOf(world, who);
  for (const [i, phone] of world.phones.entries()) {
    if (phone.storage !== storage) continue;
    for (const one of await phone.db.photos.toArray()) world.gone.add(one.sha256);
    phone.db.close();
    world.phones[i] = new Phone(world.server, { user: phone.user, clock: world.clock });
  }
  const left = world.said.filter(({ phone }) => phone.storage !== storage);
  world.said.splice(0, world.said.length, ...left);
};

const takePhoto = async (world: World, who: number): Promise<void> => {
  world.made += 1;
  const blob = new Blob([`picture ${String(world.made)}`], { type: 'image/jpeg' });
  await say(world, who, photo(`p${String(world.made)}`, await sha256(await blob.arrayBuffer()), blob, 'i1'));
};

const uploads: Readonly<Record<(typeof UPLOADS)[number], ((phone: Phone) => (job: UploadJob) => Promise<void>) | null>> = {
  well: null,
  refused: () => () => Promise.reject(new UploadFailed(422)),
  cut: () => async (job) => {
    await job.onUrl('/api/blobs/half');
    throw new UploadFailed(null);
  },
  unsaid: (phone) => (job) => {
    phone.server.takeBlob(job.metadata['sha256'] ?? '');
    return Promise.reject(new UploadFailed(null));
  },
};

const upload = async (world: World, phone: Phone, how: (typeof UPLOADS)[number]): Promise<void> => {
  phone.uploadFault = uploads[how]?.(phone) ?? null;
  await survive(world, phone, () => runUploads(phone.db, phone.ports, new AbortController().signal));
  phone.uploadFault = null;
};

/** A tick now and then, by a seed: two round trips run into each other. */
const stagger = (seed: number): (() => Promise<void>) => {
  let state = seed + 1;
  return async () => {
    state = (state * 48_271) % 2_147_483_647;
    for (let i = state % 6; i > 0; i -= 1) await new Promise((resolve) => setImmediate(resolve));
  };
};

const both = async (world: World, one: Phone, two: Phone, seed: number): Promise<void> => {
  [one.gate, two.gate] = [stagger(seed), stagger(seed + 7)];
  await Promise.all([survive(world, one, () => one.sync()), survive(world, two, () => two.sync())]);
  for (const phone of [one, two]) phone.gate = () => Promise.resolve();
};

const day = async (world: World): Promise<void> => {
  world.clock.now += DAY;
  for (const phone of world.phones) {
    const before = await phone.db.photos.filter((one) => one.blob !== null).toArray();
    await survive(world, phone, () => tidy(phone.db));
    for (const one of before) if (!((await phone.db.photos.get(one.id))?.blob ?? null)) world.gone.add(one.sha256);
  }
};

const onServer = async (world: World, what: 'backup' | 'restore' | 'collect' | 'delete' | 'day'): Promise<void> => {
  const { server } = world;
  if (what === 'backup') world.backup = server.backup();
  if (what === 'restore') server.restore(world.backup);
  if (what === 'collect') server.rows.collect();
  if (what === 'day') await day(world);
  const first = [...server.rows.rows.values()].find((row) => row.etype === 'hazard');
  if (what === 'delete' && first !== undefined) server.rows.delete(first.etype, first.eid);
};

const said = async (world: World, one: Step & { who: number }): Promise<void> => {
  if (one.do === 'answer') await say(world, one.who, answer('i1', ITEMS[one.item] ?? 'a', RESULTS[one.result] ?? 'pass'));
  if (one.do === 'submit') await say(world, one.who, submit('i1'));
  if (one.do === 'comment') await say(world, one.who, comment(`h${String(world.made)}`, 'seen'));
};

const made = async (world: World, one: Step & { who: number }): Promise<void> => {
  if (one.do === 'photo') await takePhoto(world, one.who);
  if (one.do !== 'hazard') return;
  world.made += 1;
  await say(world, one.who, hazard(`h${String(world.made)}`));
};

const synced = async (world: World, phone: Phone, faults: readonly number[]): Promise<void> => {
  const before = phone.answered;
  await survive(world, phone, async () => {
    const { ok } = await phone.sync(...faults.map((fault) => FAULTS[fault] ?? 'none'));
    if (ok && phone.answered === before) throw new Error('I7: in step with a server that was never reached');
  });
  phone.faults = [];
  if (faults.some((fault) => fault > 1)) count(world, 'bad lines');
};

const strike = (world: World, phone: Phone, { fault, after, times }: Step & { do: 'strike' }): void => {
  phone.disk.strike(DISK[fault] ?? 'abort', after, times);
  // Making room gives up what a restored server could be told from.
  if (DISK[fault] === 'full') for (const other of world.phones) if (other.user === phone.user) world.freed.add(other.storage);
};

/** A pass for an hour at a unit, with what is to be read there. */
const lend = ({ server, clock }: World, { user }: Phone): void => {
  const pass = { role: 'guest_inspector', unit_id: LENT, starts_at: clock.now, ends_at: clock.now + PASS_MS };
  server.rows.put('me', user, { id: user, passes: [pass] }, [`user:${user}`]);
  server.rows.put('unit', LENT, { id: LENT, name: 'lent' }, [`unit:${LENT}`]);
  server.rows.put('location', `${LENT}-room`, { id: `${LENT}-room`, unit_id: LENT }, [`unit:${LENT}`]);
  server.grant(user, `unit:${LENT}`);
};

/** Its time is over, and the phone is where there is no line: it looks at the clock, as it does four times a minute. */
const passOver = async (world: World, phone: Phone): Promise<void> => {
  world.clock.now += PASS_MS;
  world.server.grants.get(phone.user)?.delete(`unit:${LENT}`);
  await survive(world, phone, () => enforce(phone.db));
  await enforce(phone.db);
  const readable = [...(await phone.shown()).keys()].filter((name) => name.includes(LENT));
  if (readable.length > 0) throw new Error(`I6: still readable after the pass: ${readable.join(', ')}`);
};

const moved = async (world: World, one: Step & { who: number }): Promise<void> => {
  const phone = phoneOf(world, one.who);
  if (one.do === 'restart') phone.restart();
  if (one.do === 'clone') await clone(world, one.who);
  if (one.do === 'tab') openTab(world, one.who);
  if (one.do === 'evict') await evict(world, one.who);
  if (one.do === 'grant') world.server.grant(phone.user, REGION);
  if (one.do === 'lend') lend(world, phone);
  if (one.do === 'over') await passOver(world, phone);
  if (one.do === 'revoke') world.server.grants.get(phone.user)?.delete(REGION);
};

const carried = async (world: World, one: Step & { who: number }): Promise<void> => {
  const phone = phoneOf(world, one.who);
  if (one.do === 'upload') await upload(world, phone, UPLOADS[one.how] ?? 'well');
  if (one.do === 'both') await both(world, phone, phoneOf(world, one.other), one.seed);
  if (one.do === 'sync') await synced(world, phone, one.faults);
  if (one.do === 'strike') strike(world, phone, one);
};

export const play = async (world: World, one: Step): Promise<void> => {
  world.clock.now += 1000;
  count(world, 'steps');
  count(world, `step ${one.do}`);
  if (one.do === 'pages') world.server.pageRows = one.rows;
  else if (one.do === 'cut-batches') world.server.atMost = one.most;
  else if ('who' in one) {
    for (const act of [said, made, moved, carried]) await act(world, one);
  } else await onServer(world, one.do);
};
