/** What the sync page and the account page read. */
import type { Database } from '@/data/database';
import type { Entry, LocalPhoto } from '@/data/tables';
import { view } from '@/data/view';

const RECENT = 20;

export interface WaitingRecord {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  /** What it is about, in the person's words: a unit, a place, the title of a hazard. */
  readonly subject: string;
}

export interface WaitingPhoto {
  readonly id: string;
  readonly size: number;
  readonly offset: number;
  readonly at: number;
  readonly state: LocalPhoto['state'];
  readonly error: string | null;
  readonly tries: number;
  readonly thumb: Blob | null;
}

export interface Waiting {
  readonly records: readonly WaitingRecord[];
  readonly photos: readonly WaitingPhoto[];
  readonly sent: readonly WaitingRecord[];
}

export const NOTHING_WAITING: Waiting = { records: [], photos: [], sent: [] };

export async function readWaiting(db: Database): Promise<Waiting> {
  const [queued, done, photos] = await Promise.all([
    entries(db, 'queued').toArray(),
    entries(db, 'done').reverse().filter(wasTaken).limit(RECENT).toArray(),
    db.photos.where('state').anyOf('queued', 'uploading', 'sent', 'lost').toArray(),
  ]);
  const subjects = await subjectsOf(db, [...queued, ...done]);
  const show = (entry: Entry): WaitingRecord => ({
    id: entry.id,
    name: entry.name,
    at: entry.ackedAt ?? entry.at,
    bytes: JSON.stringify(entry.args).length,
    subject: subjects.get(subjectKey(entry)) ?? '',
  });
  return { records: queued.map(show), sent: done.map(show), photos: photos.map(showPhoto) };
}

const entries = (db: Database, state: Entry['state']) =>
  db.outbox.where('[state+mid]').between([state, -Infinity], [state, Infinity]);

/** Refused and dealt with is done too, but it never arrived. */
const wasTaken = ({ status }: Entry): boolean => status !== 'rejected';

const showPhoto = ({ id, size, offset, at, state, error, tries, thumb }: LocalPhoto): WaitingPhoto => ({
  id, size, offset, at, state, error, tries,
  thumb: thumb instanceof ArrayBuffer ? new Blob([thumb], { type: 'image/jpeg' }) : thumb,
});

/** Many records speak of one thing; it is looked up once. */
async function subjectsOf(db: Database, list: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of list) {
    const key = subjectKey(entry);
    if (!found.has(key)) found.set(key, await subject(db, entry));
  }
  return found;
}

function subjectKey({ args }: Entry): string {
  return String(args['inspection'] ?? args['hazard'] ?? args['unit_id'] ?? args['id'] ?? args['code'] ?? '');
}

/** What the command itself says about its subject; null when it only names it by an id. */
function ownWords({ args, name }: Entry): string | null {
  if (name === 'tag.claim') return String(args['code']);
  const words = name === 'hazard.open' ? args['title'] : name.endsWith('.add') ? args['name'] : null;
  return typeof words === 'string' ? words : null;
}

async function subject(db: Database, entry: Entry): Promise<string> {
  const { args, name } = entry;
  const hazard = name.startsWith('hazard.') ? args['id'] : args['hazard'];
  return ownWords(entry) ?? (await hazardTitle(db, hazard)) ?? (await unitName(db, args)) ?? '';
}

async function hazardTitle(db: Database, id: unknown): Promise<string | null> {
  return typeof id === 'string' ? ((await view(db).get('hazard', id))?.title ?? null) : null;
}

async function unitName(db: Database, args: Entry['args']): Promise<string | null> {
  const { get } = view(db);
  const inspection = typeof args['inspection'] === 'string' ? await get('inspection', args['inspection']) : undefined;
  const unit = inspection?.unit_id ?? args['unit_id'];
  return typeof unit === 'string' ? ((await get('unit', unit))?.name ?? null) : null;
}
