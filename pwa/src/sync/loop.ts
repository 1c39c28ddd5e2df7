/** When to sync: soon after a write, at once when asked or back in sight, and never more than once at a time. */
import { subscribe } from '../data/live';
import type { Database } from '../data/database';
import { countEntries } from '../data/unsent';
import { alone } from './lease';
import type { Ports } from './ports';
import { Runner, type Ended } from './runner';

export interface LoopPorts extends Ports {
  readonly visible: () => boolean;
}

const AFTER_WRITE_MS = 2000;
const TIE_MS = 800;
/** Another tab is at it; its work will show. This tab only makes sure that somebody goes on. */
const OTHER_TAB_MS = 15_000;

export class Loop {
  readonly #db: Database;
  readonly #ports: LoopPorts;
  readonly #runner: Runner;
  readonly #stopped = new AbortController();
  readonly #unsubscribe: () => void;
  #cancel: () => void = () => undefined;
  #plannedAt = Number.POSITIVE_INFINITY;
  #notBefore = 0;
  #running: Promise<void> | null = null;
  #uploading: Promise<void> | null = null;
  #again = false;
  #tying = false;

  constructor(db: Database, ports: LoopPorts) {
    this.#db = db;
    this.#ports = ports;
    this.#runner = new Runner(db, ports);
    // Any tab's write counts: the one that holds the lock may not be the one that was written in.
    this.#unsubscribe = subscribe(
      () => Promise.all([countEntries(db, 'queued'), db.photos.where('state').equals('queued').count()]),
      ([entries, photos]) => {
        if (entries + photos > 0) this.poke();
        if (entries > 0) this.#tieSoon();
      },
    );
  }

  /** Something happened that may be worth a round trip soon. A waiting time that the server set is kept. */
  poke(): void {
    if (this.#running !== null) this.#again = true;
    else this.#plan(Math.max(this.#db.env.now() + AFTER_WRITE_MS, this.#notBefore));
  }

  /** A person asked, or the phone is back in sight or on line: waiting times are forgotten. Resolves when it is over. */
  async now(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    if (this.#running !== null) {
      await this.#running;
      return;
    }
    this.#unplan();
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  stop(): void {
    this.#stopped.abort();
    this.#unplan();
    this.#unsubscribe();
  }

  /** Resolves when no upload is under way. */
  async settled(): Promise<void> {
    await this.#running;
    await this.#uploading;
  }

  async #run(): Promise<void> {
    this.#again = false;
    const ended = await alone(this.#db, this.#ports, 'sync', () => this.#runner.run()).catch(() => null);
    if (this.#stopped.signal.aborted) return;
    const now = this.#db.env.now();
    if (ended?.ok === true) await this.#follow().catch(() => undefined);
    this.#notBefore = ended?.ok === false ? ended.nextAt : 0;
    if (this.#again) this.#plan(Math.max(now + AFTER_WRITE_MS, this.#notBefore));
    this.#plan(ended?.nextAt ?? now + OTHER_TAB_MS);
  }

  /** Photos may take an hour; round trips go on beside them. */
  async #follow(): Promise<void> {
    const care = await import('./aftercare');
    if (await care.refresh(this.#db, this.#ports)) this.#again = true;
    this.#uploading ??= care
      .sendPhotos(this.#db, this.#ports, this.#stopped.signal)
      .then(({ again, nextAt }) => {
        if (again) this.poke();
        if (nextAt !== null && nextAt > this.#db.env.now()) this.#plan(nextAt);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#uploading = null;
      });
  }

  /** The earliest plan stands. Out of sight nothing is planned: coming back into sight starts a round of its own. */
  #plan(at: number): void {
    if (at >= this.#plannedAt || this.#stopped.signal.aborted) return;
    this.#cancel();
    this.#plannedAt = at;
    this.#cancel = this.#ports.after(Math.max(0, at - this.#db.env.now()), () => {
      this.#unplan();
      if (this.#ports.visible()) void this.now();
    });
  }

  /** What was just written is tied into the chain once nobody taps any more; at the latest it is when it is sent. */
  #tieSoon(): void {
    const { custody } = this.#ports;
    if (custody === undefined || this.#tying) return;
    this.#tying = true;
    this.#ports.after(TIE_MS, () => {
      this.#tying = false;
      if (!this.#stopped.signal.aborted) void custody.tie(this.#db).catch(() => undefined);
    });
  }

  #unplan(): void {
    this.#cancel();
    this.#cancel = () => undefined;
    this.#plannedAt = Number.POSITIVE_INFINITY;
  }
}

export type { Ended };
