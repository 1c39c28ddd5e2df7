/** The model server's memory: rows in scopes, each scope with a counter and a random tag per version. */
export interface ModelRow {
  etype: string;
  eid: string;
  rv: number;
  scopes: Set<string>;
  data: Record<string, unknown>;
}

interface Change {
  readonly etype: string;
  readonly eid: string;
  readonly version: number;
  readonly op: 'put' | 'del';
}

export interface ModelScope {
  version: number;
  horizon: number;
  tags: Map<number, string>;
  changes: Map<string, Change>;
}

export const nameOf = (etype: string, eid: string): string => `${etype} ${eid}`;

export class ModelRows {
  rows = new Map<string, ModelRow>();
  scopes = new Map<string, ModelScope>();
  /** Tags must differ between two histories, so this counter is never put back by a restore. */
  static tags = 0;

  get(etype: string, eid: string): ModelRow | undefined {
    return this.rows.get(nameOf(etype, eid));
  }

  scope(name: string): ModelScope {
    const known = this.scopes.get(name);
    if (known !== undefined) return known;
    const made: ModelScope = { version: 0, horizon: 0, tags: new Map([[0, '']]), changes: new Map() };
    this.scopes.set(name, made);
    return made;
  }

  /** Writes one row into exactly these scopes; one version per scope, as one transaction of the real server would. */
  put(etype: string, eid: string, data: Record<string, unknown>, scopes: readonly string[]): void {
    const old = this.get(etype, eid);
    const left = [...(old?.scopes ?? [])].filter((scope) => !scopes.includes(scope));
    this.rows.set(nameOf(etype, eid), { etype, eid, rv: (old?.rv ?? 0) + 1, scopes: new Set(scopes), data: { ...data } });
    for (const scope of left) this.#change(scope, etype, eid, 'del');
    for (const scope of scopes) this.#change(scope, etype, eid, 'put');
  }

  delete(etype: string, eid: string): void {
    const old = this.get(etype, eid);
    this.rows.delete(nameOf(etype, eid));
    for (const scope of old?.scopes ?? []) this.#change(scope, etype, eid, 'del');
  }

  /** Forgets tombstones and tags up to now: whoever stands further back gets a snapshot. */
  collect(): void {
    for (const scope of this.scopes.values()) {
      scope.horizon = scope.version;
      for (const [name, change] of scope.changes) if (change.op === 'del') scope.changes.delete(name);
    }
  }

  copy(): ModelRows {
    const copy = new ModelRows();
    for (const [name, row] of this.rows) copy.rows.set(name, { ...row, scopes: new Set(row.scopes), data: { ...row.data } });
    for (const [name, scope] of this.scopes) {
      copy.scopes.set(name, { ...scope, tags: new Map(scope.tags), changes: new Map(scope.changes) });
    }
    return copy;
  }

  #change(name: string, etype: string, eid: string, op: 'put' | 'del'): void {
    const scope = this.scope(name);
    scope.version += 1;
    ModelRows.tags += 1;
    scope.tags.set(scope.version, `t${String(ModelRows.tags)}`);
    scope.changes.set(nameOf(etype, eid), { etype, eid, version: scope.version, op });
  }
}
