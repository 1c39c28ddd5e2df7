/**
 * Rows of an opened package, until the server's own arrive. They lie among the confirmed rows, in a scope that only this phone
 * knows: whatever the server says replaces them, and nothing has to ask where a row came from.
 */
import type { OpenedPackage } from '../custody/package';
import type { Database } from '../data/database';
import { parentOf } from '../data/records';
import type { Row } from '../data/tables';
import { label } from './effect';
import { PLAN } from './effects-visits';
import { replay } from './overlay';

const LAID = 'sealed:';
const scopeOf = (visit: string): string => `${LAID}${visit}`;

const laid = (old: Row | undefined, etype: string, eid: string, data: Row['data'], scope: string): Row => {
  if (old === undefined) return { etype, eid, parent: parentOf(etype, data), rv: 0, scopes: [scope], gens: {}, data };
  // A row laid before was of an older package; one of the server's is newer than any package.
  const scopes = old.scopes.includes(scope) ? old.scopes : [...old.scopes, scope];
  return { ...old, scopes, data: old.rv === 0 ? data : old.data };
};

/** Harmless when done twice. */
export const layPackage = (db: Database, visit: string, { plan, rows, pinned }: OpenedPackage): Promise<void> =>
  db.transaction('rw', db.rows, db.definitions, async () => {
    await db.definitions.bulkPut([...pinned]);
    const all = [...rows, [PLAN, visit, plan] as const];
    const old = await db.rows.bulkGet(all.map(([etype, eid]): [string, string] => [etype, eid]));
    await db.rows.bulkPut(all.map(([etype, eid, data], i) => laid(old[i], etype, eid, data, scopeOf(visit))));
  });

/** Visits of which rows lie here. */
export const laidVisits = async (db: Database): Promise<string[]> => {
  // Not uniqueKeys: WebKit cannot open that cursor while the index is empty.
  const scopes = await db.rows.where('scopes').startsWith(LAID).keys();
  return [...new Set(scopes.map((scope) => String(scope).slice(LAID.length)))];
};

/** Takes them away again; what the server's own scopes hold as well stays. */
export const liftPackage = (db: Database, visit: string): Promise<void> =>
  db.transaction('rw', db.rows, db.overlay, db.outbox, async () => {
    const rows = await db.rows.where('scopes').equals(scopeOf(visit)).toArray();
    const left = rows.map((row): Row => ({ ...row, scopes: row.scopes.filter((scope) => scope !== scopeOf(visit)) }));
    const gone = left.filter(({ scopes }) => scopes.length === 0).map(({ etype, eid }): [string, string] => [etype, eid]);
    await db.rows.bulkPut(left.filter(({ scopes }) => scopes.length > 0));
    await db.rows.bulkDelete(gone);
    await replay(db, new Set(gone.map(label)));
  });

/** The server's own rows of the unit are here, all of them. */
export const isReplaced = async (db: Database, visit: string, unit: string): Promise<boolean> => {
  const row = await db.rows.get(['unit', unit]);
  if (row === undefined || row.scopes.every((scope) => scope === scopeOf(visit))) return false;
  return (await db.scopes.filter(({ complete }) => !complete).count()) === 0;
};
