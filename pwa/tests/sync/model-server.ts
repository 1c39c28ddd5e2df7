/**
 * A small server that follows the protocol: what the phone's core is tested against. It keeps everything in memory, can be
 * backed up and restored, and counts the effects of every mutation, so that a test can see one lost or doubled.
 */
import { ModelCustody, type SentSeal } from './model-custody';
import { RULES, type Command, type Judged } from './model-rules';
import { ModelRows, nameOf, type ModelRow } from './model-rows';

interface Known {
  readonly id: string;
  readonly client: string;
  readonly mid: number;
  readonly digest: string;
  readonly result: Record<string, unknown>;
}

interface Client {
  readonly user: string;
  lastMid: number;
}

interface State {
  rows: ModelRows;
  clients: Map<string, Client>;
  known: Map<string, Known>;
  blobs: Set<string>;
  effects: Map<string, number>;
}

export interface ModelReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface PullRequest {
  readonly scopes: Record<string, [number, string]>;
  readonly resume: string | null;
  readonly max_rows: number;
}

interface ExchangeRequest {
  readonly client: string;
  readonly after?: string;
  readonly acked?: number;
  readonly push: Command[];
  readonly seal?: SentSeal;
  readonly pull: PullRequest | null;
  readonly photos: { readonly confirm: string[]; readonly lost: string[] };
}

const problem = (status: number, code: string, more: object = {}): ModelReply => ({
  status,
  body: { code, title: code, status, ...more },
  headers: { 'Content-Type': 'application/problem+json' },
});

const digestOf = ({ name, at, args }: Command): string => JSON.stringify([name, at, args]);

const copyOf = ({ rows, clients, known, blobs, effects }: State): State => ({
  rows: rows.copy(),
  clients: new Map([...clients].map(([id, client]) => [id, { ...client }])),
  known: new Map(known),
  blobs: new Set(blobs),
  effects: new Map(effects),
});

export class ModelServer {
  state: State = { rows: new ModelRows(), clients: new Map(), known: new Map(), blobs: new Set(), effects: new Map() };
  /** Who may see what; the person's own scope and inspections are added by themselves. */
  readonly grants = new Map<string, Set<string>>();
  readonly lost: string[] = [];
  pageRows = 1000;
  /** Mutation names that this server must refuse, by code. */
  readonly refusing = new Map<string, string>();
  /** Cuts a batch after so many mutations, as the time budget does. */
  atMost = Number.POSITIVE_INFINITY;
  /** Null: a server that does not know seals. */
  custody: ModelCustody | null = new ModelCustody();
  manifest: { etag: string; url: string } | null = null;
  minApp = '2026.1';

  get rows(): ModelRows {
    return this.state.rows;
  }

  grant(user: string, ...scopes: string[]): void {
    const set = this.grants.get(user) ?? new Set();
    for (const scope of scopes) set.add(scope);
    this.grants.set(user, set);
  }

  backup(): State {
    return copyOf(this.state);
  }

  /** The backup stays what it is: it may be restored again. */
  restore(state: State): void {
    this.state = copyOf(state);
  }

  scopesOf(user: string): string[] {
    const own = [...this.rows.rows.values()]
      .filter((row) => row.etype === 'inspection' && (row.data['member_ids'] as string[]).includes(user))
      .map((row) => `insp:${row.eid}`);
    return [`user:${user}`, ...own, ...(this.grants.get(user) ?? [])];
  }

  /** What this person's phone must show once everything is quiet. */
  visible(user: string): Map<string, ModelRow> {
    const scopes = this.scopesOf(user);
    return new Map([...this.rows.rows].filter(([, row]) => scopes.some((scope) => row.scopes.has(scope))));
  }

  /** A photo's bytes arrived by the other door. */
  takeBlob(sha256: string): void {
    this.state.blobs.add(sha256);
    this.#storePhotos();
  }

  exchange(user: string | null, request: ExchangeRequest): ModelReply {
    if (user === null) return problem(401, 'auth-unauthenticated');
    const before = this.state.clients.get(request.client)?.lastMid ?? 0;
    const pushed = this.#push(user, request);
    if ('status' in pushed) return pushed;
    this.#storePhotos();
    this.#noteLost(request.photos.lost);
    const pulled = request.pull === null ? {} : this.#pull(user, request.pull);
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json', 'X-Sync': '1' },
      body: {
        sync: 1,
        now: 0,
        ...pushed,
        ...this.#attested(user, request, [before, pushed.last_mid]),
        ...pulled,
        want_blobs: request.photos.confirm.filter((sha) => !this.state.blobs.has(sha)).concat(this.#missing(user)),
        ...(this.manifest === null ? {} : { manifest: this.manifest }),
        min_app: this.minApp,
        next_poll_s: 90,
      },
    };
  }

  #attested(user: string, { client, push, seal }: ExchangeRequest, taken: readonly [number, number]): { seal?: string } {
    const state = push.length === 0 ? 'ok' : this.custody?.take(user, client, push, seal, taken);
    return state === undefined || state === 'ok' ? {} : { seal: state };
  }

  #noteLost(hashes: readonly string[]): void {
    this.lost.push(...hashes);
    for (const row of [...this.rows.rows.values()]) {
      if (row.etype !== 'photo' || row.data['state'] !== 'expected' || !hashes.includes(String(row.data['sha256']))) continue;
      this.rows.put('photo', row.eid, { ...row.data, state: 'lost' }, [...row.scopes]);
    }
  }

  #missing(user: string): string[] {
    return [...this.rows.rows.values()]
      .filter((row) => row.etype === 'photo' && row.data['author_id'] === user && row.data['state'] === 'expected')
      .map((row) => row.data['sha256'] as string)
      .filter((sha) => !this.state.blobs.has(sha));
  }

  #storePhotos(): void {
    for (const row of [...this.rows.rows.values()]) {
      if (row.etype !== 'photo' || row.data['state'] !== 'expected') continue;
      if (this.state.blobs.has(row.data['sha256'] as string)) {
        this.rows.put('photo', row.eid, { ...row.data, state: 'stored' }, [...row.scopes]);
      }
    }
  }

  #push(user: string, { client: id, push, after, acked = 0 }: ExchangeRequest): ModelReply | { last_mid: number; results: unknown[] } {
    const known = this.state.clients.get(id);
    const client = known ?? { user, lastMid: 0 };
    const refusal = this.#stranger(known, user, push) ?? this.#otherPast(client, id, (push[0]?.mid ?? acked + 1) - 1, after) ?? this.#check(client, id, push);
    if (refusal !== null) return refusal;
    if (known === undefined && push.length > 0) this.state.clients.set(id, client);
    const results = push.slice(0, this.atMost).map((command) => this.#one(client, id, command));
    return { last_mid: client.lastMid, results };
  }

  #stranger(known: Client | undefined, user: string, push: readonly Command[]): ModelReply | null {
    if (known !== undefined) return known.user === user ? null : problem(403, 'client-not-yours');
    return push[0] !== undefined && push[0].mid !== 1 ? problem(409, 'client-unknown') : null;
  }

  /** Another command stands where this phone believes its own: restored, and a clone was faster. */
  #otherPast(client: Client, id: string, mid: number, after?: string): ModelReply | null {
    if (after === undefined || mid > client.lastMid) return null;
    const stands = [...this.state.known.values()].find((one) => one.client === id && one.mid === mid);
    const isTold = stands === undefined ? this.state.known.has(after) : stands.id === after;
    return isTold ? null : problem(409, 'client-forked');
  }

  #check(client: Client, id: string, push: readonly Command[]): ModelReply | null {
    let expected = client.lastMid + 1;
    for (const command of push) {
      if (command.mid > expected) return problem(409, 'gap', { last_mid: client.lastMid });
      const before = this.state.known.get(command.id);
      if (before === undefined && command.mid < expected) return problem(409, 'client-forked');
      if (before?.client === id && before.digest !== digestOf(command)) return problem(409, 'client-forked');
      expected = Math.max(expected, command.mid + 1);
    }
    return null;
  }

  #one(client: Client, id: string, command: Command): Record<string, unknown> {
    client.lastMid = Math.max(client.lastMid, command.mid);
    const before = this.state.known.get(command.id);
    if (before !== undefined) return { ...before.result, mid: command.mid, dup: true };
    const judged = this.judge(client.user, command);
    const isCase = judged.status === 'rejected' || judged.status === 'held' || judged.status === 'parked';
    const result = { id: command.id, ...judged, ...(isCase ? { problem: command.id } : {}) };
    if (isCase) this.#keep(client.user, command, judged);
    else this.state.effects.set(command.id, (this.state.effects.get(command.id) ?? 0) + 1);
    this.state.known.set(command.id, { id: command.id, client: id, mid: command.mid, digest: digestOf(command), result });
    return { ...result, mid: command.mid };
  }

  judge(user: string, command: Command): Judged {
    const code = this.refusing.get(command.name);
    if (code !== undefined) return { status: 'rejected', code };
    return RULES[command.name]?.(this.rows, user, command) ?? { status: 'parked', code: 'sync-unknown-command' };
  }

  #keep(user: string, { id, name }: Command, judged: Judged): void {
    const data = { id, status: judged.status, code: judged.code ?? null, params: judged.params ?? {}, name, problem: id, at: 0, state: 'open', head: null, word: null };
    this.rows.put('outcome', id, data, [`user:${user}`]);
  }

  #pull(user: string, { scopes: cursors, resume, max_rows: most }: PullRequest): object {
    const scopes = this.scopesOf(user);
    const going = resume === null ? null : (JSON.parse(resume) as Resume);
    const parts: Part[] = [];
    let left = Math.min(most, this.pageRows);
    for (const name of inOrder(scopes, going)) {
      const cursor = cursors[name];
      if (this.#isCurrent(name, cursor)) continue;
      if (left <= 0) return { scopes, data: parts.map(({ entry }) => entry), more: true };
      const part = this.#page(name, cursor, going?.scope === name ? going : null, left);
      parts.push(part);
      left -= part.count;
    }
    return { scopes, data: parts.map(({ entry }) => entry), more: parts.some(({ more }) => more) };
  }

  #isCurrent(name: string, cursor: [number, string] | undefined): boolean {
    const scope = this.rows.scope(name);
    return cursor !== undefined && cursor[0] === scope.version && cursor[1] === scope.tags.get(scope.version);
  }

  #page(name: string, cursor: [number, string] | undefined, going: Resume | null, left: number): Part {
    const scope = this.rows.scope(name);
    const reaches =
      going === null &&
      cursor !== undefined &&
      cursor[0] >= scope.horizon &&
      cursor[0] < scope.version &&
      scope.tags.get(cursor[0]) === cursor[1];
    if (reaches) return this.#delta(name, cursor[0], left);
    const isAlive = going !== null && going.version >= scope.horizon && scope.tags.get(going.version) === going.tag;
    return this.#snapshot(name, isAlive ? going : null, left);
  }

  #delta(name: string, since: number, left: number): Part {
    const scope = this.rows.scope(name);
    const changes = [...scope.changes.values()].filter((change) => change.version > since).sort((a, b) => a.version - b.version);
    const taken = changes.slice(0, left);
    const end = taken.length < changes.length ? (taken.at(-1)?.version ?? since) : scope.version;
    const rows = taken.map((change) => [change, this.rows.get(change.etype, change.eid)] as const);
    const isHere = (row: ModelRow | undefined): row is ModelRow => row?.scopes.has(name) === true;
    return {
      entry: {
        scope: name,
        mode: 'delta',
        to: [end, scope.tags.get(end)],
        put: rows.flatMap(([, row]) => (isHere(row) ? [[row.etype, row.eid, row.rv, row.data]] : [])),
        del: rows.flatMap(([change, row]) => (isHere(row) ? [] : [[change.etype, change.eid]])),
      },
      count: taken.length,
      more: end < scope.version,
    };
  }

  #snapshot(name: string, going: Resume | null, left: number): Part {
    const scope = this.rows.scope(name);
    ModelRows.tags += 1;
    const from = going ?? { scope: name, version: scope.version, tag: scope.tags.get(scope.version) ?? '', gen: `g${String(ModelRows.tags)}`, after: '' };
    const all = [...this.rows.rows].filter(([key, row]) => row.scopes.has(name) && key > from.after).sort(([a], [b]) => (a < b ? -1 : 1));
    const taken = all.slice(0, left);
    const isCut = taken.length < all.length;
    return {
      entry: {
        scope: name,
        mode: 'snapshot',
        gen: from.gen,
        at: [from.version, from.tag],
        put: taken.map(([, row]) => [row.etype, row.eid, row.rv, row.data]),
        ...(isCut ? { more: JSON.stringify({ ...from, after: taken.at(-1)?.[0] ?? '' }) } : {}),
      },
      count: taken.length,
      more: isCut || from.version < scope.version,
    };
  }
}

/** A snapshot under way goes first. */
const inOrder = (scopes: readonly string[], going: Resume | null): readonly string[] => {
  const first = going !== null && scopes.includes(going.scope) ? [going.scope] : [];
  return [...first, ...scopes.filter((scope) => !first.includes(scope))];
};

interface Resume {
  readonly scope: string;
  readonly version: number;
  readonly tag: string;
  readonly gen: string;
  readonly after: string;
}

interface Part {
  readonly entry: unknown;
  readonly count: number;
  readonly more: boolean;
}

export { nameOf };
