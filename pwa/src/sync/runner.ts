/** Round trips until both sides have nothing left to say, or until it makes no sense to go on now. */
import type { Database } from '../data/database';
import type { SyncState } from '../data/tables';
import { countEntries } from '../data/unsent';
import { exchange, type Turn } from './exchange';
import { guarded } from './guard';
import { renew, RENEW_MS } from './lease';
import { backoff, FULL, grown, halved } from './limits';
import type { Ports } from './ports';
import { report } from './report';
import type { Course } from './course';
import { afterSetback } from './setback';
import { isOlder } from './version';

export interface Ended {
  readonly ok: boolean;
  readonly state: SyncState;
  /** When to try again after a failure; when to look again after a success. */
  readonly nextAt: number;
}

const STUBBORN = 12;

export class Runner {
  readonly #db: Database;
  readonly #ports: Ports;
  #course: Course = { limits: FULL, pull: true };
  #failures = 0;
  #renewed = 0;

  constructor(db: Database, ports: Ports) {
    this.#db = db;
    this.#ports = ports;
  }

  async run(): Promise<Ended> {
    this.#renewed = this.#db.env.now();
    await report(this.#db, { busy: true });
    try {
      return await this.#untilDone();
    } finally {
      await report(this.#db, { busy: false });
    }
  }

  async #untilDone(): Promise<Ended> {
    for (let setbacks = 0; setbacks < STUBBORN; ) {
      await this.#stayAlone();
      const turn = await guarded(this.#db, () => exchange(this.#db, this.#ports, this.#course));
      if (turn.kind === 'applied') {
        setbacks = turn.progress ? 0 : setbacks + 1;
        if (await this.#isDone(turn)) return this.#succeed(turn);
      } else {
        setbacks += 1;
        const ended = await this.#setback(turn);
        if (ended !== null) return ended;
      }
    }
    return this.#fail('offline', 'no-progress', null);
  }

  /** A lease lasts for more than one round trip; each write of it is one more that the disk must confirm. */
  async #stayAlone(): Promise<void> {
    const now = this.#db.env.now();
    if (Math.abs(now - this.#renewed) < RENEW_MS) return;
    this.#renewed = now;
    await renew(this.#db, 'sync');
  }

  async #isDone(turn: Turn & { kind: 'applied' }): Promise<boolean> {
    this.#course = { ...this.#course, limits: grown(this.#course.limits) };
    return !turn.more && (await countEntries(this.#db, 'queued')) === 0;
  }

  /** Null to go on at once. */
  async #setback(turn: Exclude<Turn, { kind: 'applied' }>): Promise<Ended | null> {
    if (turn.kind === 'stranger') return this.#fail('login', 'session-other-person', null);
    if (turn.kind === 'unreachable') {
      if (turn.timeout) this.#course = { ...this.#course, limits: halved(this.#course.limits) };
      return this.#fail('offline', null, null);
    }
    const next = await afterSetback(this.#db, turn.reply, turn.asked, this.#course);
    if (next.kind === 'wait') {
      if (next.state === 'login') this.#ports.expire();
      if (next.suspect !== undefined) this.#course = { ...this.#course, suspect: next.suspect };
      return this.#fail(next.state, next.code, next.until);
    }
    this.#course = { limits: next.limits, pull: next.pull, unsealed: next.unsealed === true };
    if (!next.pull) await report(this.#db, { updateNeeded: true });
    return null;
  }

  async #fail(state: SyncState, code: string | null, until: number | null): Promise<Ended> {
    this.#failures += 1;
    const nextAt = until ?? this.#db.env.now() + backoff(this.#failures, this.#ports.random);
    await report(this.#db, { state, code, retryAt: nextAt });
    return { ok: false, state, nextAt };
  }

  async #succeed(turn: Turn & { kind: 'applied' }): Promise<Ended> {
    const now = this.#db.env.now();
    this.#failures = 0;
    const updateNeeded = !this.#course.pull || (turn.minApp !== null && isOlder(this.#ports.app, turn.minApp));
    await report(this.#db, { state: 'online', code: null, retryAt: null, lastSuccess: now, updateNeeded });
    // An old server may have been replaced meanwhile: ask for the rows again next time.
    this.#course = { ...this.#course, pull: true, unsealed: false };
    return { ok: true, state: 'online', nextAt: now + turn.nextPollMs };
  }
}
