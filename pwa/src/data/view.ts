/** What the person sees: confirmed rows with the pending work laid over them. */
import { Dexie } from 'dexie';
import type { Database } from './database';
import { parseRecord, type EType, type RecordOf } from './records';
import type { OverlayRow, Row } from './tables';

const merge = <E extends EType>(etype: E, rows: readonly Row[], overlay: readonly OverlayRow[]): RecordOf<E>[] => {
  const data = new Map<string, unknown>(rows.map((row) => [row.eid, row.data]));
  for (const { eid, data: mine } of overlay) {
    if (mine === null) data.delete(eid);
    else data.set(eid, mine);
  }
  return [...data.values()].map((raw) => parseRecord(etype, raw));
};

const both = async <E extends EType>(
  db: Database,
  etype: E,
  pick: (table: Database['rows'] | Database['overlay']) => Promise<(Row | OverlayRow)[]>,
): Promise<RecordOf<E>[]> =>
  db.transaction('r', db.rows, db.overlay, async () => {
    const [rows, overlay] = await Promise.all([pick(db.rows), pick(db.overlay)]);
    return merge(etype, rows as Row[], overlay);
  });

/** One record, or undefined when it is absent, deleted or not this person's to see. */
export const get = async <E extends EType>(db: Database, etype: E, id: string): Promise<RecordOf<E> | undefined> =>
  db.transaction('r', db.rows, db.overlay, async () => {
    const mine = await db.overlay.get([etype, id]);
    const data = mine === undefined ? (await db.rows.get([etype, id]))?.data : mine.data;
    return data === undefined || data === null ? undefined : parseRecord(etype, data);
  });

/** Records under one parent (see `parentOf`). */
export const children = <E extends EType>(db: Database, etype: E, parent: string): Promise<RecordOf<E>[]> =>
  both(db, etype, (table) => (table as Database['rows']).where('[etype+parent]').equals([etype, parent]).toArray());

export const all = <E extends EType>(db: Database, etype: E): Promise<RecordOf<E>[]> =>
  prefixed(db, etype, '');

/**
 * Records whose id begins with `prefix`. The answers of one place are `prefixed(db, 'answer', answerId(inspection, place, ''))`:
 * a live query over them wakes only for that place, however many places the inspection has.
 */
export const prefixed = <E extends EType>(db: Database, etype: E, prefix: string): Promise<RecordOf<E>[]> =>
  both(db, etype, (table) =>
    (table as Database['rows'])
      .where('[etype+eid]')
      .between([etype, prefix], [etype, prefix === '' ? Dexie.maxKey : `${prefix}\uffff`], true, true)
      .toArray(),
  );

/** The same reads bound to one database. */
export const view = (db: Database) => ({
  get: <E extends EType>(etype: E, id: string) => get(db, etype, id),
  children: <E extends EType>(etype: E, parent: string) => children(db, etype, parent),
  all: <E extends EType>(etype: E) => all(db, etype),
  prefixed: <E extends EType>(etype: E, prefix: string) => prefixed(db, etype, prefix),
});

export type View = ReturnType<typeof view>;
