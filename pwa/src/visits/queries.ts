/** What the phone shows of sealed visits: only what may be known now, and whether it works without a line. */
import { readMeta, type Database } from '@/data/database';
import type { Location, Person, Unit } from '@/data/records';
import { isPacked, type Visit, type VisitPlan } from '@/data/records-visits';
import type { ManifestEntry } from '@/data/tables';
import { readingOf } from '@/data/trusted-time';
import { view } from '@/data/view';
import { liftPackage } from '@/sync/laid';

/** ready: opens without a line. code: the same, with the leader's code. online: needs a line at opening. loading: not yet here. */
export type Readiness = 'ready' | 'code' | 'online' | 'loading';

export interface VisitView {
  readonly visit: Visit;
  readonly isLeader: boolean;
  readonly readiness: Readiness;
  readonly leader: string;
  /** As far as this phone knows their names. */
  readonly members: readonly string[];
  readonly unit: Unit | null;
  readonly places: readonly Location[];
  readonly checklists: readonly ManifestEntry[];
  /** Some package is here. One from before its last renewal opens as well, with the same code. */
  readonly hasPackage: boolean;
  /** Its key is here, to be shown to colleagues. */
  readonly hasKey: boolean;
}

async function readinessOf(db: Database, visit: Visit, isLeader: boolean): Promise<Readiness> {
  const stored = await db.packages.get(visit.id);
  if (stored === undefined || stored.sha256 !== visit.package_sha256) return 'loading';
  if (!isLeader) return 'code';
  const own = await db.sealing.bulkGet(visit.wrapped.map(({ client }) => client));
  if (own.some((key) => key !== undefined)) return 'ready';
  return visit.key_release === 'online' ? 'online' : 'loading';
}

const namesOf = (people: readonly (Person | undefined)[]): string[] => people.flatMap((person) => person?.name ?? []);

type Planned = Pick<VisitView, 'unit' | 'places' | 'checklists'>;

async function planned(db: Database, plan: VisitPlan | null): Promise<Planned> {
  if (plan === null) return { unit: null, places: [], checklists: [] };
  const { get } = view(db);
  const [unit, places, manifest] = await Promise.all([
    get('unit', plan.unit_id),
    Promise.all(plan.location_ids.map((id) => get('location', id))),
    readMeta(db, 'manifest'),
  ]);
  const offered = manifest?.definitions ?? [];
  return {
    unit: unit ?? null,
    places: places.filter((place) => place !== undefined),
    checklists: plan.checklist_keys.flatMap((key) => offered.find((one) => one.key === key) ?? []),
  };
}

async function show(db: Database, visit: Visit): Promise<VisitView> {
  const { get } = view(db);
  const isLeader = visit.leader_id === db.user;
  const [readiness, leader, members, rest, stored] = await Promise.all([
    readinessOf(db, visit, isLeader),
    get('person', visit.leader_id),
    Promise.all(visit.member_ids.map((id) => get('person', id))),
    planned(db, visit.plan),
    db.packages.get(visit.id),
  ]);
  return { visit, isLeader, readiness, leader: leader?.name ?? '', members: namesOf(members), ...rest, hasPackage: stored !== undefined, hasKey: stored?.key !== undefined };
}

/** What has passed its end counts as ended, before the server says so too; both clocks are asked. */
async function present(db: Database, visit: Visit): Promise<Visit> {
  const anchor = await readMeta(db, 'clock');
  const { sure, likely } = anchor === undefined ? { sure: 0, likely: db.env.now() } : readingOf(anchor, db.env);
  return isPacked(visit) && Math.max(sure, likely) >= visit.ends_at ? { ...visit, state: 'ended', plan: null } : visit;
}

/** The next one first. What was over before today is history. */
export async function readVisits(db: Database): Promise<readonly VisitView[]> {
  const visits = (await view(db).all('visit')).filter((visit) => isPacked(visit) || visit.ends_at > db.env.now());
  const now = await Promise.all(visits.sort((a, b) => a.opens_at - b.opens_at).map((visit) => present(db, visit)));
  return Promise.all(now.map((visit) => show(db, visit)));
}

/** Null: not (or no longer) this person's. */
export async function readVisit(db: Database, id: string): Promise<VisitView | null> {
  const visit = await view(db).get('visit', id);
  return visit === undefined ? null : show(db, await present(db, visit));
}

/** Takes what was opened and has ended off the disk, without waiting for a line. */
export async function closeEnded(db: Database): Promise<void> {
  for (const visit of await view(db).all('visit')) {
    if (isPacked(visit) && (await present(db, visit)).state === 'ended') {
      await db.packages.delete(visit.id);
      await liftPackage(db, visit.id);
    }
  }
}
