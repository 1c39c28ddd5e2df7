/**
 * The real core against the real server, over a line that loses requests and answers by a seed. Runs when ANXUN_SERVER names a
 * server with the demo county and ANXUN_ACCOUNTS the file of its accounts. The server's own digest of every scope is the judge.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as tus from 'tus-js-client';
import { Database } from '@/data/database';
import type { Env } from '@/data/env';
import { sha256 } from '@/data/hash';
import { newId } from '@/data/ids';
import type { Me } from '@/data/records';
import { all, children, get } from '@/data/view';
import { countEntries } from '@/data/unsent';
import type { Mutation } from '@/data/mutations';
import { checkScopes } from '@/sync/digest';
import { commit } from '@/sync/outbox';
import type { Ports } from '@/sync/ports';
import { refreshReferences } from '@/sync/references';
import { discard, refusals, type Refusal } from '@/sync/refusals';
import { Runner } from '@/sync/runner';
import { tusUploader } from '@/sync/tus';
import { runUploads } from '@/sync/uploads';
import { freshStorage, sharedLocks } from './phone';

const SERVER = process.env['ANXUN_SERVER'] ?? '';
const SEED = Number(process.env['SEED'] ?? 1);

interface Account {
  readonly username: string;
  readonly password: string;
  readonly role: string;
}

const accounts = (): readonly Account[] =>
  JSON.parse(readFileSync(process.env['ANXUN_ACCOUNTS'] ?? '/dev/null', 'utf8')) as Account[];

/** Mulberry32: a run can be had again by its seed. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const BROWSER_HALF = 'tus-js-client/lib.es5/browser/index.js';

class RealPhone {
  readonly me: Me;
  readonly db: Database;
  readonly ports: Ports;
  readonly random: () => number;
  /** How often a request or an answer is lost. */
  loss = 0;
  runner: Runner;
  readonly #cookie: string;

  static async login(account: Account, seed: number): Promise<RealPhone> {
    const response = await fetch(`${SERVER}/api/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: SERVER },
      body: JSON.stringify(account, ['username', 'password']),
    });
    const body = (await response.json()) as { user: Me };
    return new RealPhone(body.user, response.headers.getSetCookie()[0]?.split(';')[0] ?? '', seed);
  }

  constructor(me: Me, cookie: string, seed: number) {
    const env: Env = {
      now: () => Date.now(),
      mono: () => Math.round(performance.now()),
      boot: newId(),
      tz: () => 480,
      id: () => newId(),
      storage: freshStorage(),
    };
    this.me = me;
    this.#cookie = cookie;
    this.random = randomFrom(seed);
    this.db = new Database(me.id, env);
    this.ports = this.#ports();
    this.runner = new Runner(this.db, this.ports);
  }

  say(...mutations: Mutation[]): Promise<readonly string[]> {
    return commit(this.db, mutations);
  }

  /** Rounds until one has gone well. */
  async sync(): Promise<void> {
    for (let i = 0; i < 60; i += 1) if ((await this.runner.run()).ok) return;
    throw new Error('never got through');
  }

  async settle(): Promise<void> {
    this.loss = 0;
    await this.sync();
    await runUploads(this.db, this.ports, new AbortController().signal);
    await this.sync();
    await this.sync();
  }

  /** The line is for exchanges; uploads have a test of their own. */
  readonly #line: typeof fetch = async (input, init) => {
    const isLossy = String(input).includes('/exchange');
    if (isLossy && this.random() < this.loss) throw new TypeError('request lost');
    const headers = new Headers(init?.headers);
    headers.set('Cookie', this.#cookie);
    headers.set('Origin', SERVER);
    const url = String(input);
    const response = await fetch(url.startsWith('http') ? url : SERVER + url, { ...init, headers });
    if (isLossy && this.random() < this.loss) throw new TypeError('answer lost');
    return response;
  };

  #ports(): Ports {
    return {
      fetch: this.#line,
      random: this.random,
      after: () => () => undefined,
      locks: sharedLocks(),
      connection: () => ({ online: true, cellular: false }),
      upload: tusUploader({
        endpoint: `${SERVER}/api/blobs`,
        load: () => import(/* @vite-ignore */ BROWSER_HALF) as Promise<typeof tus>,
        fetch: this.#line,
      }),
      gzip: async (text) =>
        new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()),
      app: '2026.11.1',
      expire: () => undefined,
      person: () => Promise.resolve(this.me.id),
    };
  }
}

const expectTrue = async (phone: RealPhone): Promise<void> => {
  expect(await countEntries(phone.db, 'queued')).toBe(0);
  expect(await phone.db.overlay.count()).toBe(0);
  await phone.db.meta.delete('checked');
  expect(await checkScopes(phone.db, phone.ports)).toBe(false);
  expect(await phone.db.meta.get('checked')).toBeDefined();
};

/** The server remembers earlier runs by the same people. */
const mine = async (phone: RealPhone): Promise<readonly Refusal[]> =>
  (await refusals(phone.db)).filter(({ args }) => args !== null);

const team = async (): Promise<[RealPhone, RealPhone]> => {
  const inspectors = accounts().filter(({ role }) => role === 'inspector');
  const [first, second] = inspectors;
  if (first === undefined || second === undefined) throw new Error('two inspectors are needed');
  const phones = [await RealPhone.login(first, SEED), await RealPhone.login(second, SEED + 1)] as [RealPhone, RealPhone];
  for (const phone of phones) {
    await phone.sync();
    await refreshReferences(phone.db, phone.ports);
  }
  return phones;
};

interface Sheet {
  readonly id: string;
  readonly items: readonly string[];
  readonly unit: string;
}

const begin = async (phone: RealPhone, members: readonly string[]): Promise<Sheet> => {
  const fire = await phone.db.definitions.where('key').equals('fire').first();
  const unit = (await all(phone.db, 'unit'))[0];
  if (fire === undefined || unit === undefined) throw new Error('no checklist or no unit on this phone');
  const { sections } = fire.data as { sections: { repeat?: unknown; items: { key: string; answer: { type: string } }[] }[] };
  const items = sections.filter((one) => one.repeat === undefined).flatMap((one) => one.items);
  const id = newId();
  await phone.say({
    name: 'inspection.start',
    args: {
      id,
      unit_id: unit.id,
      checklist_key: 'fire',
      definition: fire.hash,
      mode: 'spot',
      targets: {},
      started_at: Date.now(),
      member_ids: members,
    },
  });
  return { id, unit: unit.id, items: items.filter(({ answer }) => answer.type === 'pass-fail-na').map(({ key }) => key) };
};

const RESULTS = ['pass', 'fail', 'na'];

const answerSome = async (phone: RealPhone, sheet: Sheet, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    const item = sheet.items[Math.floor(phone.random() * Math.min(8, sheet.items.length))] ?? '';
    const result = RESULTS[Math.floor(phone.random() * 3)] ?? 'pass';
    await phone.say({ name: 'answer.set', args: { inspection: sheet.id, target: '', item, set: { result, note: `${result} ${String(i)}` } } });
  }
};

/** Without what only the server can know: its numbers, its clock, its revisions. */
const timeless = (data: object): object =>
  JSON.parse(JSON.stringify(data, (key, value: unknown) => (/^(number|rev|at|.*_at|due_on|decide_by)$/.test(key) ? undefined : value))) as object;

describe.skipIf(SERVER === '')(`against a real server, seed ${String(SEED)}`, () => {
  test('two phones fill one inspection over a bad line and end with the rows that the server has', async () => {
    const [one, two] = await team();
    const sheet = await begin(one, [two.me.id]);
    await one.sync();
    await two.sync();
    expect((await get(two.db, 'inspection', sheet.id))?.member_ids).toContain(two.me.id);
    for (const phone of [one, two]) phone.loss = 0.3;
    for (let round = 0; round < 6; round += 1) {
      await answerSome(one, sheet, 5);
      await answerSome(two, sheet, 5);
      await one.sync();
      await two.sync();
    }
    for (const phone of [one, two, one]) await phone.settle();
    for (const phone of [one, two]) {
      await expectTrue(phone);
      expect((await mine(phone)).filter(({ status }) => status !== 'rejected')).toEqual([]);
    }
    expect(await children(one.db, 'answer', sheet.id)).toEqual(await children(two.db, 'answer', sheet.id));
  }, 120_000);

  test('a hazard with a photo goes up, and the photo comes back as stored', async () => {
    const [phone] = await team();
    const unit = (await all(phone.db, 'unit'))[0];
    const [hazard, photo] = [newId(), newId()];
    const bytes = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=', 'base64');
    const blob = new Blob([bytes, crypto.getRandomValues(new Uint8Array(60_000))], { type: 'image/jpeg' });
    const hash = await sha256(await blob.arrayBuffer());
    await phone.say({
      name: 'hazard.open',
      args: {
        id: hazard, unit_id: unit?.id ?? '', source: 'report', title: '疏散通道堆放杂物', description: '一层东侧通道堆放纸箱。',
        basis: [], grade: 'general', suspected_major: false, due_on: '2026-12-20',
      },
    });
    await phone.say({
      name: 'photo.add',
      args: { id: photo, sha256: hash, size: blob.size, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera', purpose: 'found', hazard, annotations: [] },
      blobs: [{ photo, sha256: hash, mime: 'image/jpeg', blob }],
    });
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    expect((await get(phone.db, 'hazard', hazard))?.number).not.toBeNull();
    expect((await phone.db.photos.get(photo))?.state).toBe('stored');
    expect((await get(phone.db, 'photo', photo))?.state).toBe('stored');
    await expectTrue(phone);
  }, 60_000);

  test('a photo whose bytes were lost on the phone is called lost, and nothing else stops', async () => {
    const [phone] = await team();
    const photo = newId();
    const blob = new Blob([crypto.getRandomValues(new Uint8Array(2000))], { type: 'image/jpeg' });
    const hash = await sha256(await blob.arrayBuffer());
    await phone.say({
      name: 'photo.add',
      args: { id: photo, sha256: hash, size: blob.size, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera', purpose: 'place', annotations: [] },
      blobs: [{ photo, sha256: hash, mime: 'image/jpeg', blob: new Blob(['other bytes']) }],
    });
    await phone.settle();
    expect((await get(phone.db, 'photo', photo))?.state).toBe('lost');
    await expectTrue(phone);
  }, 60_000);

  test('what the phone foretells is what the server does', async () => {
    const [phone] = await team();
    const unit = (await all(phone.db, 'unit'))[0]?.id ?? '';
    const [hazard, location, asset] = [newId(), newId(), newId()];
    await phone.say({ name: 'location.add', args: { id: location, unit_id: unit, kind: 'campus', name: `院区 ${location.slice(-4)}`, attributes: [] } });
    await phone.say({
      name: 'asset.add',
      args: { id: asset, unit_id: unit, location_id: location, kind: 'fire-extinguisher', name: '干粉灭火器', due: [{ kind: 'inspection', name: '年检', due_on: '2027-03-01' }] },
    });
    await phone.say({
      name: 'hazard.open',
      args: {
        id: hazard, unit_id: unit, location_id: location, source: 'report', title: '灭火器压力不足', description: '指针在红区。',
        basis: [], grade: 'major', suspected_major: false, due_on: '2026-12-20',
      },
    });
    await phone.say({ name: 'hazard.comment', args: { id: hazard, note: '已通知现场负责人', photos: [] } });
    const sheet = await begin(phone, []);
    await phone.say({ name: 'answer.set', args: { inspection: sheet.id, target: '', item: sheet.items[0] ?? '', set: { result: 'pass' } } });
    const foretold = await phone.db.overlay.toArray();
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    for (const { etype, eid, data } of foretold) {
      const row = await phone.db.rows.get([etype, eid]);
      expect(row?.data).toMatchObject(timeless(data ?? {}));
    }
  }, 60_000);

  test('a wrong move is refused as data, and the person can give it up', async () => {
    const [phone] = await team();
    const [id] = await phone.say({
      name: 'hazard.move',
      args: { id: newId(), action: 'close', expect: { state: 'verified', rev: 1 }, photos: [] },
    });
    await phone.settle();
    expect(await mine(phone)).toMatchObject([{ id }]);
    await discard(phone.db, id ?? '', 'no such hazard');
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    expect(await get(phone.db, 'outcome', id ?? '')).toBeUndefined();
  }, 60_000);
});
