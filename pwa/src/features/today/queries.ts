/** What today's page reads: what is to be done, what is under way, and what of it works without a network. */
import { readMeta, type Database } from '@/data/database';
import type { Assignment, Inspection, Location, Unit } from '@/data/records';
import { isPacked } from '@/data/records-visits';
import type { ManifestEntry } from '@/data/tables';
import { view } from '@/data/view';

export interface DueVisit {
  readonly assignment: Assignment;
  readonly unit: Unit | null;
  readonly places: readonly Location[];
  readonly checklists: readonly ManifestEntry[];
  /** Everything the visit needs is on this phone. */
  readonly isDownloaded: boolean;
}

export interface OpenVisit {
  readonly inspection: Inspection;
  readonly unit: Unit | null;
  readonly place: Location | null;
  readonly checklist: ManifestEntry | null;
}

export interface Today {
  readonly due: readonly DueVisit[];
  readonly open: readonly OpenVisit[];
  readonly checklists: readonly ManifestEntry[];
  readonly isComplete: boolean;
  /** Sealed visits, whatever may be known of them. */
  readonly visits: number;
  /** Peer checks that one is sent to. */
  readonly peers: number;
  /** Signatures on colleagues' phones that wait for this person's word. */
  readonly hands: number;
}

const LAST = '9999-12-31';

/** In one transaction: opening one costs a phone more than what is read in it. */
export const readToday = (db: Database, me: string): Promise<Today> =>
  db.transaction('r', [db.rows, db.overlay, db.meta, db.scopes], () => collect(db, me));

async function collect(db: Database, me: string): Promise<Today> {
  const { all } = view(db);
  const [assignments, inspections, units, manifest, scopes, visits, peers, hands] = await Promise.all([
    all('assignment'), all('inspection'), all('unit'), readMeta(db, 'manifest'), db.scopes.toArray(), all('visit'), all('peer'), all('hand'),
  ]);
  const library: Library = {
    units: new Map(units.map((unit) => [unit.id, unit])),
    checklists: new Map((manifest?.definitions ?? []).map((entry) => [entry.key, entry])),
    isComplete: scopes.length > 0 && scopes.every((scope) => scope.complete),
  };
  const mine = assignments.filter((assignment) => isDue(assignment, me)).sort(byDue);
  const open = inspections.filter((inspection) => isMine(inspection, me)).sort((a, b) => b.started_at - a.started_at);
  return {
    due: await Promise.all(mine.map((assignment) => dueVisit(db, assignment, library))),
    open: await Promise.all(open.map((inspection) => openVisit(db, inspection, library))),
    checklists: [...library.checklists.values()],
    isComplete: library.isComplete,
    visits: visits.filter((visit) => isPacked(visit) || visit.ends_at > db.env.now()).length,
    peers: peers.length,
    hands: hands.filter(({ mine }) => mine === null).length,
  };
}

interface Library {
  readonly units: ReadonlyMap<string, Unit>;
  readonly checklists: ReadonlyMap<string, ManifestEntry>;
  readonly isComplete: boolean;
}

const isDue = ({ state, inspector_ids, lead_id, leader_id }: Assignment, me: string): boolean =>
  (state === 'planned' || state === 'started') && (inspector_ids.includes(me) || lead_id === me || leader_id === me);

const isMine = ({ state, lead_id, member_ids }: Inspection, me: string): boolean =>
  state === 'draft' && (lead_id === me || member_ids.includes(me));

/** Nearest to overdue first; what has no date comes last. */
const byDue = (a: Assignment, b: Assignment): number =>
  (a.due_on ?? LAST).localeCompare(b.due_on ?? LAST) || a.created_at - b.created_at;

async function dueVisit(db: Database, assignment: Assignment, library: Library): Promise<DueVisit> {
  const places = await Promise.all(assignment.location_ids.map((id) => view(db).get('location', id)));
  const checklists = assignment.checklist_keys.flatMap((key) => library.checklists.get(key) ?? []);
  const unit = library.units.get(assignment.unit_id) ?? null;
  return {
    assignment,
    unit,
    places: places.filter((place) => place !== undefined),
    checklists,
    isDownloaded: library.isComplete && unit !== null && checklists.length === assignment.checklist_keys.length,
  };
}

async function openVisit(db: Database, inspection: Inspection, library: Library): Promise<OpenVisit> {
  const unit = library.units.get(inspection.unit_id) ?? null;
  const place = inspection.location_id ? await view(db).get('location', inspection.location_id) : undefined;
  return {
    inspection,
    unit,
    place: place ?? null,
    checklist: library.checklists.get(inspection.checklist_key) ?? null,
  };
}
