/**
 * What a phone may no longer show leaves it, whether there is a line or not: what a pass had opened once its time is over, and
 * everything once the device was shut out. Work that was not sent stays, out of sight, and is sent as ever.
 */
import { Dexie } from 'dexie';
import { readMeta, writeMeta, type Database } from './database';
import { list, number, record, text, type Parsed } from './shape';
import type { ClockAnchor, Closed, Entry, Row } from './tables';
import { keepTime, readingOf, type Clocks, type Reading } from './trusted-time';

const pass = record({ role: text, unit_id: text, starts_at: number, ends_at: number });
export type Pass = Parsed<typeof pass>;

/** ended: its time is over. clock: the phone's clock was set back, so that nobody can say. */
export type Standing = 'open' | 'ended' | 'clock';

/** Clocks drift and are corrected; more than this backwards is no correction. */
export const SET_BACK_MS = 300_000;

/** Ended when either clock says so: turning one of them back gains nothing. */
export const standingOf = (reading: Reading | null, endsAt: number, wall: number): Standing => {
  if (reading === null) return wall >= endsAt ? 'ended' : 'open';
  if (Math.max(reading.sure, reading.likely) >= endsAt) return 'ended';
  return reading.likely < reading.sure - SET_BACK_MS ? 'clock' : 'open';
};

export const standingBy = (anchor: ClockAnchor | undefined, endsAt: number, clocks: Clocks): Standing =>
  standingOf(anchor === undefined ? null : readingOf(anchor, clocks), endsAt, clocks.now());

/** The passes that the server told of last. */
export const passesOf = async (db: Database): Promise<readonly Pass[]> =>
  list(pass)((await db.rows.get(['me', db.user]))?.data['passes']);

/** Read before anything is shown, without opening a database: who holds no pass pays nothing for those who do. */
const MARK = 'anxun.passes';
const marks = (): globalThis.Storage | null => (typeof localStorage === 'undefined' ? null : localStorage);

export const mayHoldPass = (user: string): boolean => marks()?.getItem(`${MARK}.${user}`) === '1';

export const noteHolding = (user: string, holds: boolean): void => {
  if (holds) marks()?.setItem(`${MARK}.${user}`, '1');
  else marks()?.removeItem(`${MARK}.${user}`);
};

type Kept = Pick<Row, 'etype' | 'eid'> & { readonly data: Row['data'] | null };

const keyOf = (row: Pick<Row, 'etype' | 'eid'>): [string, string] => [row.etype, row.eid];
const labelOf = (row: Pick<Row, 'etype' | 'eid'>): string => `${row.etype}|${row.eid}`;
const field = (row: Kept, name: string): string => (row.data === null ? '' : text(row.data[name]));

/** What is the person's own wherever it was done: who one is, what one is sent to, what was answered, what is vouched for. */
const OWN: ReadonlySet<string> = new Set(['me', 'peer', 'receipt', 'outcome']);

/** Rows about a unit, and about what was inspected or found there. */
const about = (rows: readonly Kept[], units: ReadonlySet<string>): readonly Kept[] => {
  const at = (row: Kept): boolean => units.has(field(row, 'unit_id')) || (row.etype === 'unit' && units.has(row.eid));
  const direct = rows.filter((row) => !OWN.has(row.etype) && at(row));
  const named = new Set(direct.filter(({ etype }) => etype === 'inspection' || etype === 'hazard').map(({ eid }) => eid));
  const below = rows.filter((row) => !OWN.has(row.etype) && (named.has(field(row, 'inspection_id')) || named.has(field(row, 'hazard_id'))));
  return [...direct, ...below];
};

/** A unit that the person reaches by a role of their own is held by its region too; nothing of it closes. */
const isLent = (rows: readonly Row[], unit: string): boolean => {
  const held = rows.find((row) => row.etype === 'unit' && row.eid === unit)?.scopes ?? [];
  return !held.some((scope) => scope.startsWith('region:'));
};

/** The commands stay as they are; what they foretold is no longer drawn. */
const hideEffects = async (db: Database, labels: ReadonlySet<string>): Promise<void> => {
  const found = await db.outbox.where('touches').anyOf([...labels]).distinct().toArray();
  await db.outbox.bulkPut(found.map((entry): Entry => ({ ...entry, touches: [], echo: 0 })));
};

const hideThumbs = async (db: Database, gone: readonly Kept[]): Promise<void> => {
  const ids = new Set(gone.filter(({ etype }) => etype === 'photo').map(({ eid }) => eid));
  await db.photos.filter(({ id, thumb }) => thumb !== null && ids.has(id)).modify({ thumb: null });
};

/** Scopes that lost rows here are asked for anew: should the server see it otherwise, everything comes back. */
const askAnew = async (db: Database, gone: readonly Row[]): Promise<void> => {
  const scopes = [...new Set(gone.flatMap((row) => row.scopes))];
  await db.scopes.bulkDelete(scopes.filter((scope) => !scope.startsWith('user:')));
  await db.scopes.where('scope').anyOf(scopes.filter((scope) => scope.startsWith('user:'))).modify({ cursor: null, gen: null, resume: null });
};

/** Takes everything about these units out of sight and off the disk. Says whether there was anything. */
export const closeUnits = (db: Database, wanted: ReadonlySet<string>): Promise<boolean> =>
  db.transaction('rw', [db.rows, db.overlay, db.outbox, db.scopes, db.photos], async () => {
    const [rows, overlay] = await Promise.all([db.rows.toArray(), db.overlay.toArray()]);
    const units = new Set([...wanted].filter((unit) => isLent(rows, unit)));
    const gone = about([...rows, ...overlay], units);
    if (gone.length === 0) return false;
    const labels = new Set(gone.map(labelOf));
    await askAnew(db, rows.filter((row) => labels.has(labelOf(row))));
    await db.rows.bulkDelete(gone.map(keyOf));
    await db.overlay.bulkDelete(gone.map(keyOf));
    await hideEffects(db, labels);
    await hideThumbs(db, gone);
    return true;
  });

/** Looks at the time and closes what is over. Harmless when done again; returns the passes that are closed. */
export const enforce = async (db: Database): Promise<readonly Closed[]> => {
  const passes = await passesOf(db);
  if (passes.length === 0) return [];
  const reading = await keepTime(db);
  const closed = passes.flatMap((one): Closed[] => {
    const why = standingOf(reading, one.ends_at, db.env.now());
    return why === 'open' ? [] : [{ unit_id: one.unit_id, ends_at: one.ends_at, why }];
  });
  const open = new Set(passes.filter((one) => standingOf(reading, one.ends_at, db.env.now()) === 'open').map(({ unit_id: unit }) => unit));
  const over = closed.filter(({ unit_id: unit }) => !open.has(unit));
  if (over.length > 0) await closeUnits(db, new Set(over.map(({ unit_id: unit }) => unit)));
  if (JSON.stringify(over) !== JSON.stringify((await readMeta(db, 'closed')) ?? [])) await writeMeta(db, 'closed', over);
  return over;
};

/** When to look again: the next end, or soon, because clocks can be set. */
export const nextLook = async (db: Database, longest: number): Promise<number | null> => {
  const passes = await passesOf(db);
  const anchor = await readMeta(db, 'clock');
  const open = passes.filter((one) => standingBy(anchor, one.ends_at, db.env) === 'open');
  if (open.length === 0) return null;
  const reading = anchor === undefined ? null : readingOf(anchor, db.env);
  const now = reading === null ? db.env.now() : Math.max(reading.sure, reading.likely);
  return Math.max(0, Math.min(longest, ...open.map((one) => one.ends_at - now)));
};

/** The server shut this device out: nothing that can be read stays, nothing that was not sent is lost. */
export const shutDevice = (db: Database, reason: string): Promise<void> =>
  db.transaction('rw', db.tables, async () => {
    await Promise.all([db.rows.clear(), db.overlay.clear(), db.scopes.clear(), db.definitions.clear(), db.packages.clear()]);
    await db.outbox.where('touches').above(Dexie.minKey).distinct().modify({ touches: [], echo: 0 });
    await db.photos.toCollection().modify({ thumb: null });
    await db.meta.bulkDelete(['manifest', 'manifestSeen', 'closed']);
    await writeMeta(db, 'shut', { reason, at: db.env.now() });
  });

export type { Closed };
