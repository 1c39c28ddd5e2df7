/** The real core in Node, as a phone of one of the demo's people, against a real server. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type * as tus from 'tus-js-client';
import { Database } from '@/data/database';
import type { Env } from '@/data/env';
import { newId } from '@/data/ids';
import type { Me } from '@/data/records';
import { all } from '@/data/view';
import { countEntries } from '@/data/unsent';
import type { Mutation } from '@/data/mutations';
import { checkScopes } from '@/sync/digest';
import { commit } from '@/sync/outbox';
import type { Ports } from '@/sync/ports';
import { refreshReferences } from '@/sync/references';
import { refusals, type Refusal } from '@/sync/refusals';
import { Runner } from '@/sync/runner';
import { tusUploader } from '@/sync/tus';
import { runUploads } from '@/sync/uploads';
import { freshStorage, sharedLocks } from './phone';

export const SERVER = process.env['ANXUN_SERVER'] ?? '';
export const SEED = Number(process.env['SEED'] ?? 1);

interface Account {
  readonly username: string;
  readonly password: string;
  readonly role: string;
}

const accounts = (): readonly Account[] =>
  JSON.parse(readFileSync(process.env['ANXUN_ACCOUNTS'] ?? '/dev/null', 'utf8')) as Account[];

/** The first account of a role. */
export const account = (role: string): Account => {
  const found = accounts().find((one) => one.role === role);
  if (found === undefined) throw new Error(`nobody is ${role}`);
  return found;
};

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

export class RealPhone {
  readonly me: Me;
  readonly db: Database;
  readonly ports: Ports;
  readonly random: () => number;
  /** How often a request or an answer is lost. */
  loss = 0;
  runner: Runner;
  /** Waited for before a request leaves and before its answer is read. */
  gate: () => Promise<void> = () => Promise.resolve();
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

  /** Another tab of the same browser. */
  tab(): RealPhone {
    return new RealPhone(this.me, this.#cookie, SEED + 2, this);
  }

  constructor(me: Me, cookie: string, seed: number, beside?: RealPhone) {
    const env: Env = {
      now: () => Date.now(),
      mono: () => Math.round(performance.now()),
      boot: newId(),
      tz: () => 480,
      id: () => newId(),
      storage: beside?.db.env.storage ?? freshStorage(),
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
    await this.gate();
    const response = await fetch(url.startsWith('http') ? url : SERVER + url, { ...init, headers });
    await this.gate();
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

export const expectTrue = async (phone: RealPhone): Promise<void> => {
  expect(await countEntries(phone.db, 'queued')).toBe(0);
  expect(await phone.db.overlay.count()).toBe(0);
  await phone.db.meta.delete('checked');
  expect(await checkScopes(phone.db, phone.ports)).toBe(false);
  expect(await phone.db.meta.get('checked')).toBeDefined();
};

/** The server remembers earlier runs by the same people. */
export const mine = async (phone: RealPhone): Promise<readonly Refusal[]> =>
  (await refusals(phone.db)).filter(({ args }) => args !== null);

export const team = async (): Promise<[RealPhone, RealPhone]> => {
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

export interface Sheet {
  readonly id: string;
  readonly items: readonly string[];
  readonly unit: string;
}

export const begin = async (phone: RealPhone, members: readonly string[]): Promise<Sheet> => {
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

export const answerSome = async (phone: RealPhone, sheet: Sheet, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    const item = sheet.items[Math.floor(phone.random() * Math.min(8, sheet.items.length))] ?? '';
    const result = RESULTS[Math.floor(phone.random() * 3)] ?? 'pass';
    await phone.say({ name: 'answer.set', args: { inspection: sheet.id, target: '', item, set: { result, note: `${result} ${String(i)}` } } });
  }
};
