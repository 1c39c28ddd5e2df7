/** A phone in a test: the real data layer and sync core over fake-indexeddb, a virtual clock, and a line that can fail. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { Database } from '@/data/database';
import { custodian } from '@/custody/custodian';
import type { Subtle } from '@/custody/layout';
import type { Env, Storage } from '@/data/env';
import { parseJson } from '@/data/json';
import type { Locks } from '@/data/locks';
import { isEType, type EType } from '@/data/records';
import type { Mutation } from '@/data/mutations';
import { commit } from '@/sync/outbox';
import type { Ports, UploadJob } from '@/sync/ports';
import { Runner, type Ended } from '@/sync/runner';
import { UploadFailed } from '@/sync/uploads';
import { Disk } from './disk';
import { DEVICE_KEYS, type Registration } from './model-custody';
import { nameOf, type ModelReply, type ModelServer } from './model-server';

/** What happens to one request on its way. */
export type Fault =
  | 'none'
  | 'lose-request'
  | 'lose-response'
  | 'twice'
  /** The proxy lost the server's answer and speaks in its own name. */
  | 'bad-gateway'
  | 'cut'
  | 'portal'
  | 'redirect'
  | 'foreign-json'
  | 'timeout'
  | ModelReply;

export class Clock {
  now = Date.UTC(2026, 10, 21, 8);
  #timers: { at: number; work: () => void }[] = [];

  readonly after = (ms: number, work: () => void): (() => void) => {
    const timer = { at: this.now + ms, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  get next(): number | undefined {
    return this.#timers.map((timer) => timer.at).sort((a, b) => a - b)[0];
  }

  /** Lets time pass, running what falls due on the way. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.now = Math.max(this.now, due.at);
      this.#timers = this.#timers.filter((timer) => timer !== due);
      due.work();
    }
    this.now = until;
  }
}

let phones = 0;

const counter = (): (() => string) => {
  phones += 1;
  const phone = phones.toString(16).padStart(4, '0');
  let count = 0;
  return () => {
    count += 1;
    return `01900000-${phone}-7000-8000-${count.toString(16).padStart(12, '0')}`;
  };
};

export const freshStorage = (): Storage => ({ indexedDB: new IDBFactory(), IDBKeyRange });

/** Tabs of one browser share it. */
export const sharedLocks = (): Locks => {
  const held = new Set<string>();
  return {
    hold: (_name, _mode, work) => work(),
    tryHold: async (name, work) => {
      if (held.has(name)) return undefined;
      held.add(name);
      try {
        return await work();
      } finally {
        held.delete(name);
      }
    },
  };
};

export interface PhoneOptions {
  readonly user?: string;
  readonly storage?: Storage;
  readonly clock?: Clock;
  readonly locks?: Locks;
  readonly gzip?: boolean;
  /** Given, the phone signs what it sends. */
  readonly subtle?: Subtle | null;
}

const asResponse = ({ status, body, headers }: ModelReply): Response =>
  new Response(status === 204 ? null : typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

const PORTAL: ModelReply = { status: 200, body: '<html>sign in</html>', headers: { 'Content-Type': 'text/html' } };

const gunzip = async (packed: Uint8Array<ArrayBuffer>): Promise<string> =>
  new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();

const gzip = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer());

/** What comes back, or is thrown, when the request never reaches the server. */
function withoutServer(fault: Fault): Response | null {
  if (typeof fault === 'object') return asResponse(fault);
  if (fault === 'lose-request') throw new TypeError('network');
  if (fault === 'timeout') throw new DOMException('slow', 'TimeoutError');
  if (fault === 'portal') return asResponse(PORTAL);
  if (fault === 'redirect') return new Response(null, { status: 302, headers: { Location: 'http://wifi.example/' } });
  return fault === 'foreign-json' ? asResponse({ status: 200, body: { ok: true, last_mid: 0, results: [] } }) : null;
}

export class Phone {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly user: string;
  readonly env: Env;
  readonly ports: Ports;
  db: Database;
  runner: Runner;
  /** Whose cookie the browser holds; null when the session ended. */
  cookie: string | null;
  /** Taken one per exchange; afterwards the line is good. */
  faults: Fault[] = [];
  readonly requests: { readonly client: string; readonly push: readonly unknown[]; readonly headers: Headers }[] = [];
  readonly files = new Map<string, ModelReply>();
  readonly disk = new Disk();
  /** How many answers of the server came back whole. */
  answered = 0;
  /** Awaited before and after each request, so that a test can decide the order of two tabs. */
  gate: () => Promise<void> = () => Promise.resolve();
  expired = 0;
  cellular = false;
  uploads: UploadJob[] = [];
  uploadFault: ((job: UploadJob) => Promise<void>) | null = null;

  readonly server: ModelServer;

  constructor(server: ModelServer, options: PhoneOptions = {}) {
    this.server = server;
    this.clock = options.clock ?? new Clock();
    this.storage = options.storage ?? freshStorage();
    this.user = options.user ?? 'u1';
    this.cookie = this.user;
    const id = counter();
    this.env = { now: () => this.clock.now, mono: () => 1, boot: id(), tz: () => 480, id, storage: this.storage };
    this.ports = this.#ports(options);
    this.db = this.#open();
    this.runner = new Runner(this.db, this.ports);
  }

  #open(): Database {
    const db = new Database(this.user, this.env);
    this.disk.attach(db);
    return db;
  }

  /** The app is killed and started again: memory is gone, the disk stays. */
  restart(): void {
    this.db.close();
    this.disk.heal();
    this.db = this.#open();
    this.runner = new Runner(this.db, this.ports);
  }

  commit(...mutations: Mutation[]): Promise<readonly string[]> {
    return commit(this.db, mutations);
  }

  sync(...faults: Fault[]): Promise<Ended> {
    this.faults.push(...faults);
    return this.runner.run();
  }

  /** The view as the person sees it, as plain data by name. */
  async shown(): Promise<Map<string, unknown>> {
    const [rows, overlay] = await Promise.all([this.db.rows.toArray(), this.db.overlay.toArray()]);
    const shown = new Map<string, unknown>(rows.map((row) => [nameOf(row.etype, row.eid), row.data]));
    for (const row of overlay) {
      if (row.data === null) shown.delete(nameOf(row.etype, row.eid));
      else shown.set(nameOf(row.etype, row.eid), row.data);
    }
    return shown;
  }

  expected(): Map<string, unknown> {
    return new Map([...this.server.visible(this.user)].map(([name, row]) => [name, row.data]));
  }

  async kinds(): Promise<readonly EType[]> {
    return (await this.db.rows.toArray()).map((row) => row.etype).filter(isEType);
  }

  #ports(options: PhoneOptions): Ports {
    return {
      fetch: (input, init) => this.#fetch(String(input), init),
      random: () => 0.5,
      after: this.clock.after,
      locks: options.locks ?? sharedLocks(),
      connection: () => ({ online: true, cellular: this.cellular }),
      upload: (job) => this.#upload(job),
      gzip: options.gzip === false ? null : gzip,
      app: '2026.11.1',
      expire: () => {
        this.expired += 1;
      },
      person: () => Promise.resolve(this.cookie === null ? this.user : this.cookie),
      ...this.#custody(options),
    };
  }

  #custody({ subtle, locks }: PhoneOptions): Pick<Ports, 'custody'> {
    if (subtle === undefined) return {};
    const fetch: typeof globalThis.fetch = (input, init) => this.#fetch(String(input), init);
    const person = (): Promise<string> => Promise.resolve(this.cookie ?? this.user);
    return { custody: custodian({ fetch, locks: locks ?? sharedLocks(), person, subtle }) };
  }

  async #upload(job: UploadJob): Promise<void> {
    this.uploads.push(job);
    if (this.uploadFault !== null) return this.uploadFault(job);
    if (this.cookie === null) throw new UploadFailed(401);
    await job.onUrl(`/api/blobs/${String(this.uploads.length)}`);
    this.server.takeBlob(job.metadata['sha256'] ?? '');
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    if (path === DEVICE_KEYS && this.server.custody !== null) {
      return asResponse(this.server.custody.register(this.cookie, JSON.parse(init.body as string) as Registration));
    }
    if (path !== '/api/sync/v1/exchange') return asResponse(this.files.get(path) ?? { status: 404, body: '' });
    const fault = this.faults.shift() ?? 'none';
    await this.gate();
    const text = typeof init.body === 'string' ? init.body : await gunzip(init.body as Uint8Array<ArrayBuffer>);
    const request = parseJson(text) as unknown as Parameters<ModelServer['exchange']>[1];
    this.requests.push({ ...request, headers: new Headers(init.headers) });
    const reply = this.#carry(fault, () => this.server.exchange(this.cookie, request));
    await this.gate();
    return reply;
  }

  #carry(fault: Fault, deliver: () => ModelReply): Response {
    const instead = withoutServer(fault);
    if (instead !== null) return instead;
    const reply = deliver();
    if (fault === 'lose-response') throw new TypeError('network');
    if (fault === 'bad-gateway') return asResponse({ status: 502, body: '<html>', headers: { 'Content-Type': 'text/html' } });
    if (fault === 'cut') return this.#cut(reply);
    this.answered += 1;
    return asResponse(fault === 'twice' ? deliver() : reply);
  }

  #cut(reply: ModelReply): Response {
    const whole = JSON.stringify(reply.body);
    return asResponse({ ...reply, body: whole.slice(0, Math.floor(whole.length / 2)) });
  }
}
