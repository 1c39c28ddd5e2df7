/** Confirmed rows by scope: pages come in, revoked scopes go out. Everything here runs inside the caller's transaction. */
import type { Database } from '../data/database';
import { parentOf } from '../data/records';
import type { Cursor, Row, Scope } from '../data/tables';
import type { Del, Page, Put } from './wire';

/** What the phone told the server about one scope when it asked. */
export interface Asked {
  readonly cursor: Cursor | null;
  readonly resume: string | null;
}

export interface Changed {
  readonly put: readonly Row[];
  readonly gone: readonly Row[];
}

const nameOf = (row: Row): string => `${row.etype}|${row.eid}`;
const NEW: Asked = { cursor: null, resume: null };
const without = (gens: Row['gens'], scope: string): Row['gens'] =>
  Object.fromEntries(Object.entries(gens).filter(([name]) => name !== scope));

const merged = (old: Row | undefined, [etype, eid, rv, data]: Put, page: Page): Row => {
  const scopes = old === undefined ? [] : old.scopes;
  // A late page must not undo a newer row; but a snapshot may come from a server restored to an older day.
  const keep = old !== undefined && !page.snapshot && rv < old.rv;
  const gens = old === undefined ? {} : old.gens;
  return {
    etype,
    eid,
    parent: keep ? old.parent : parentOf(etype, data),
    rv: keep ? old.rv : rv,
    data: keep ? old.data : data,
    scopes: scopes.includes(page.scope) ? scopes : [...scopes, page.scope],
    gens: page.gen === null ? gens : { ...gens, [page.scope]: page.gen },
  };
};

const key = (name: Put | Del): [string, string] => [name[0], name[1]];

/** A snapshot comes in the order of keys: one read of each kind's stretch instead of a thousand single ones. */
const stretchOf = async (db: Database, put: readonly Put[]): Promise<(Row | undefined)[]> => {
  const ends = new Map<string, [string, string]>();
  for (const [etype, eid] of put) {
    const [from, to] = ends.get(etype) ?? [eid, eid];
    ends.set(etype, [eid < from ? eid : from, eid > to ? eid : to]);
  }
  const found = new Map<string, Row>();
  for (const [etype, [from, to]] of ends) {
    const rows = db.rows.where('[etype+eid]').between([etype, from], [etype, to], true, true);
    for (const row of await rows.toArray()) found.set(nameOf(row), row);
  }
  return put.map(([etype, eid]) => found.get(`${etype}|${eid}`));
};

const putRows = async (db: Database, page: Page): Promise<readonly Row[]> => {
  const old = page.snapshot ? await stretchOf(db, page.put) : await db.rows.bulkGet(page.put.map(key));
  const rows = page.put.map((entry, i) => merged(old[i], entry, page));
  await db.rows.bulkPut(rows);
  return rows;
};

/** Takes the scope from the rows; those that no other scope holds are deleted and returned. */
const release = async (db: Database, rows: readonly Row[], scope: string): Promise<readonly Row[]> => {
  const left = rows.map((row) => ({
    ...row,
    scopes: row.scopes.filter((name) => name !== scope),
    gens: without(row.gens, scope),
  }));
  if (left.length === 0) return [];
  const gone = left.filter((row) => row.scopes.length === 0);
  await db.rows.bulkDelete(gone.map((row): [string, string] => [row.etype, row.eid]));
  await db.rows.bulkPut(left.filter((row) => row.scopes.length > 0));
  return gone;
};

const deleteRows = async (db: Database, page: Page): Promise<readonly Row[]> => {
  const rows = await db.rows.bulkGet(page.del.map(key));
  return release(db, rows.filter((row): row is Row => row?.scopes.includes(page.scope) === true), page.scope);
};

/**
 * After the last page of a snapshot: what it did not name is no longer there. Read at one go and chosen here: asked to
 * choose, the database hands over row by row, which takes as long as writing them.
 */
const sweep = async (db: Database, page: Page): Promise<readonly Row[]> => {
  const rows = await db.rows.where('scopes').equals(page.scope).toArray();
  return release(db, rows.filter((row) => row.gens[page.scope] !== page.gen), page.scope);
};

const same = (a: Cursor | null, b: Cursor | null): boolean => a?.[0] === b?.[0] && a?.[1] === b?.[1];

const isAnswerTo = (asked: Asked, old: Scope | undefined): boolean =>
  same(old?.cursor ?? null, asked.cursor) && (old?.resume ?? null) === asked.resume;

const stand = (page: Page, old: Scope | undefined, more: boolean): Scope => {
  const open = page.snapshot && page.resume !== null;
  return {
    scope: page.scope,
    // Until its snapshot is whole a scope has no cursor: a kill in between must lead back to `resume`.
    cursor: open ? null : page.cursor,
    gen: open ? page.gen : null,
    resume: open ? page.resume : null,
    complete: open ? false : !more || old?.complete === true,
  };
};

/**
 * Applies one page and moves the scope's cursor with it. A page that answers a question this phone no longer asks (another
 * tab was faster) is left out; the next exchange brings what it held.
 */
export const applyPage = async (db: Database, page: Page, asked: Asked = NEW, more = false): Promise<Changed> => {
  const old = await db.scopes.get(page.scope);
  if (!isAnswerTo(asked, old)) return { put: [], gone: [] };
  const gone = await deleteRows(db, page);
  const put = await putRows(db, page);
  const swept = page.snapshot && page.resume === null ? await sweep(db, page) : [];
  await db.scopes.put(stand(page, old, more));
  const back = new Set(put.map(nameOf));
  return { put, gone: [...gone, ...swept].filter((row) => !back.has(nameOf(row))) };
};

/** Drops every scope that the complete list does not name, with the rows that only it held. */
export const keepOnly = async (db: Database, scopes: readonly string[]): Promise<readonly Row[]> => {
  const allowed = new Set(scopes);
  const revoked = (await db.scopes.toCollection().primaryKeys()).filter((scope) => !allowed.has(scope));
  const gone: Row[] = [];
  for (const scope of revoked) {
    gone.push(...(await release(db, await db.rows.where('scopes').equals(scope).toArray(), scope)));
    await db.scopes.delete(scope);
  }
  return gone;
};

/** After the last page of all: every scope named is whole, also those that had nothing to say. */
export const markComplete = (db: Database): Promise<unknown> =>
  db.scopes.filter((scope) => !scope.complete && scope.resume === null).modify({ complete: true });

/** Where the phone stands: what the next exchange asks from. */
export const standing = async (db: Database): Promise<ReadonlyMap<string, Asked>> =>
  new Map((await db.scopes.toArray()).map(({ scope, cursor, resume }) => [scope, { cursor, resume }]));
