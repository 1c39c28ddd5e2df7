/** Keeps the overlay true: for every touched row, the confirmed row with the pending commands replayed on it, in order. */
import type { Database } from '../data/database';
import type { Entry } from '../data/tables';
import { label, unlabel } from './effect';
import { effects } from './effects';
import { Rows } from './rows';

/**
 * A command that touches two rows ties them together: both must be replayed, with everything else that touches either.
 * Commands whose effect is over have no touches and are not found.
 */
const reach = async (db: Database, names: ReadonlySet<string>): Promise<[Set<string>, Entry[]]> => {
  const reached = new Set(names);
  const entries = new Map<string, Entry>();
  let fresh = [...reached];
  while (fresh.length > 0) {
    const found = await db.outbox.where('touches').anyOf(fresh).distinct().toArray();
    for (const entry of found) entries.set(entry.id, entry);
    fresh = [...new Set(found.flatMap((entry) => entry.touches))].filter((name) => !reached.has(name));
    for (const name of fresh) reached.add(name);
  }
  return [reached, [...entries.values()].sort((a, b) => a.mid - b.mid)];
};

/** Of a thousand rows in a page, the few that pending work or the overlay know at all. */
const concerned = async (db: Database, names: ReadonlySet<string>): Promise<Set<string>> => {
  const [touched, shown] = await Promise.all([
    // Not uniqueKeys: WebKit cannot open that cursor while the index is empty.
    db.outbox.orderBy('touches').keys(),
    db.overlay.toCollection().primaryKeys(),
  ]);
  const live = new Set([...touched.map(String), ...shown.map(label)]);
  return new Set([...names].filter((name) => live.has(name)));
};

/** Must run inside the transaction that changed the rows or the commands. */
export const replay = async (db: Database, names: ReadonlySet<string>): Promise<void> => {
  const some = await concerned(db, names);
  if (some.size === 0) return;
  const [reached, entries] = await reach(db, some);
  const keys = [...reached].map(unlabel);
  const rows = new Rows();
  await rows.load(db, entries.length === 0 ? [] : keys, false);
  for (const entry of entries) {
    rows.write(effects(entry.name, entry.args, rows.read, { id: entry.id, by: db.user, at: entry.at }));
  }
  const idle = keys.filter((key) => !rows.isWritten(key)).map(([etype, eid]): [string, string] => [etype, eid]);
  await db.overlay.bulkDelete(idle);
  await db.overlay.bulkPut(rows.overlay());
};
