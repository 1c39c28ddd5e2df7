/** Login, logout, offline start, and the per-person database behind them. */
import { shallowReadonly, shallowRef } from 'vue';
import { getJson, nothing, postJson, type Refused, type Result } from './api';
import { Database, DeviceDatabase, type DeviceSession, type KnownUser } from './database';
import type { Env } from './env';
import { noteKept, wasKept } from './kept';
import { subscribe, type Live } from './live';
import { SESSION_LOCK, type Locks } from './locks';
import { parseRecord, type Me } from './records';
import { isRecord } from './shape';
import { closeView } from './unsent';

export interface Session {
  readonly state: 'starting' | 'out' | 'in';
  readonly me: Me | null;
  readonly db: Database | null;
  /** The server wants the password again; everything but sending goes on. */
  readonly needsLogin: boolean;
  /** Nobody is in because the browser threw away all that was kept here. */
  readonly wasCleared: boolean;
}

export interface SessionPorts {
  readonly env: Env;
  readonly locks: Locks;
}

const OUT: Session = { state: 'out', me: null, db: null, needsLogin: false, wasCleared: false };
const LOOKS = 10;
const LATER_MS = 200;
/** What a person sees of it. */
const sight = ({ db: _db, ...seen }: Session): string => JSON.stringify(seen);
const WRONG_PERSON: Refused = {
  ok: false,
  problem: { code: 'session-other-person', status: 403, title: '', title_zh: '', errors: [], params: {} },
};

const parseMe = (raw: unknown): Me => parseRecord('me', isRecord(raw) && isRecord(raw['user']) ? raw['user'] : raw);

export class SessionControl {
  readonly session: Live<Session>;
  readonly #env: Env;
  readonly #locks: Locks;
  readonly #device: DeviceDatabase;
  readonly #current = shallowRef<Session>({ ...OUT, state: 'starting' });
  #stopWatching: () => void = () => undefined;
  /** Since the last look; more than one can come while a browser clears. */
  #closes = 0;
  #isOver = false;

  constructor({ env, locks }: SessionPorts) {
    this.#env = env;
    this.#locks = locks;
    this.#device = new DeviceDatabase(env);
    this.session = shallowReadonly(this.#current) as Live<Session>;
    this.#device.on('close', () => {
      this.#closes += 1;
      if (this.#closes === 1) void this.#look();
    });
  }

  async start(): Promise<void> {
    await this.#follow();
    this.#stopWatching = subscribe(
      () => this.#device.session.get('current'),
      () => void this.#follow(),
    );
  }

  login(username: string, password: string): Promise<Result<Me>> {
    return this.#locks.hold(SESSION_LOCK, 'exclusive', () => this.#enter(username, password, null));
  }

  relogin(password: string): Promise<Result<Me>> {
    const { me } = this.#current.value;
    if (me === null) return Promise.resolve(WRONG_PERSON);
    return this.#locks.hold(SESSION_LOCK, 'exclusive', () => this.#enter(me.username, password, me.id));
  }

  logout(): Promise<void> {
    return this.#locks.hold(SESSION_LOCK, 'exclusive', () => this.#leave());
  }

  changePassword(old: string, fresh: string): Promise<Result<undefined>> {
    return postJson('/api/auth/password', { old, new: fresh }, nothing);
  }

  /** Asks the server who this is; a cookie that now belongs to somebody else ends the sending, not the work. */
  async refresh(): Promise<Result<Me>> {
    const result = await getJson('/api/auth/me', parseMe);
    const { me } = this.#current.value;
    if (!result.ok) return result;
    if (me !== null && result.value.id !== me.id) {
      this.expire();
      return WRONG_PERSON;
    }
    await this.#admit(result.value);
    return result;
  }

  knownUsers(): Promise<readonly KnownUser[]> {
    return this.#device.users.toArray();
  }

  async deviceUser(): Promise<string | null> {
    return (await this.#device.session.get('current'))?.user ?? null;
  }

  /** The server no longer knows the cookie. */
  expire(): void {
    const now = this.#current.value;
    if (now.state === 'in' && !now.needsLogin) this.#set({ ...now, needsLogin: true });
  }

  stop(): void {
    this.#isOver = true;
    this.#stopWatching();
    this.#set(OUT);
    this.#device.close();
  }

  #set(next: Session): void {
    const now = this.#current.value;
    if (now.db !== null && now.db !== next.db) now.db.close();
    if (sight(now) !== sight(next)) this.#current.value = next;
  }

  #open(me: Me): void {
    const { db } = this.#current.value;
    noteKept();
    this.#set({ ...OUT, state: 'in', me, db: db?.user === me.id ? db : new Database(me.id, this.#env) });
  }

  /** A logout leaves its row. Without one there was never anybody here, or everything was taken away. */
  #close(row: DeviceSession | undefined): void {
    const wasCleared = row === undefined && (this.#current.value.state === 'in' || wasKept());
    if (wasCleared) noteKept();
    this.#set({ ...OUT, wasCleared });
  }

  async #admit(me: Me): Promise<void> {
    await this.#device.users.put({ id: me.id, me, lastSeen: this.#env.now() });
    await this.#device.session.put({ key: 'current', user: me.id });
    await this.#closeWhatIsOver(me.id);
    this.#open(me);
  }

  /**
   * A browser cuts connections when it takes the storage away, and sometimes for nothing: what is left there decides.
   * While it still clears it cuts new ones as well.
   */
  async #look(): Promise<void> {
    for (let tried = 0; tried < LOOKS && !this.#isOver; tried += 1) {
      const seen = this.#closes;
      await new Promise((resolve) => setTimeout(resolve, tried * LATER_MS));
      const isSeen = await this.#device.open().then(() => this.#follow()).then(() => true, () => false);
      if (isSeen && seen === this.#closes) break;
    }
    this.#closes = 0;
  }

  /** Another tab may have logged in or out; what it stored decides here too. */
  async #follow(): Promise<void> {
    const row = await this.#device.session.get('current');
    const known = row?.user ? await this.#device.users.get(row.user) : undefined;
    if (known === undefined) this.#close(row);
    else {
      await this.#closeWhatIsOver(known.me.id);
      this.#open(known.me);
    }
  }

  /** Before the first page could show it. A disk that fails here fails there too. */
  async #closeWhatIsOver(user: string): Promise<void> {
    if (typeof localStorage === 'undefined' || localStorage.getItem(`anxun.passes.${user}`) === null) return;
    const { enforce } = await import('./locked');
    const db = new Database(user, this.#env);
    await enforce(db).catch(() => undefined);
    db.close();
  }

  async #enter(username: string, password: string, only: string | null): Promise<Result<Me>> {
    const result = await postJson('/api/auth/login', { username, password }, parseMe);
    if (!result.ok) return result;
    if (only !== null && result.value.id !== only) {
      await postJson('/api/auth/logout', {}, nothing);
      return WRONG_PERSON;
    }
    await this.#admit(result.value);
    return result;
  }

  async #leave(): Promise<void> {
    const { db } = this.#current.value;
    if (db !== null) await closeView(db);
    await this.#device.session.put({ key: 'current', user: null });
    await postJson('/api/auth/logout', {}, nothing);
    this.#set(OUT);
  }
}
