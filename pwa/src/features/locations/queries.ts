/** What a place's or device's card reads. */
import { readMeta, type Database } from '@/data/database';
import type { Asset, Hazard, Inspection, Location, Person, Tag, TagTarget, Unit } from '@/data/records';
import type { ManifestEntry } from '@/data/tables';
import { view } from '@/data/view';

export interface DueTest {
  readonly asset: Asset;
  readonly name: string;
  readonly due_on: string;
}

export interface Visit {
  readonly inspection: Inspection;
  readonly title: ManifestEntry['title'] | null;
  readonly lead: Person | null;
}

export interface PlaceCard {
  readonly kind: TagTarget;
  readonly id: string;
  readonly name: string;
  readonly unit: Unit | null;
  /** The place itself, or the one where the device stands. */
  readonly location: Location | null;
  readonly asset: Asset | null;
  readonly hazards: readonly Hazard[];
  readonly due: readonly DueTest[];
  readonly visits: readonly Visit[];
  readonly inside: readonly Location[];
  readonly assets: readonly Asset[];
  readonly tags: readonly Tag[];
  readonly checklists: readonly ManifestEntry[];
}

const OPEN = new Set(['open', 'assigned', 'rectified', 'verified']);
const VISITS = 5;

/** Null when it is absent or not this person's to see. */
export async function readPlace(db: Database, kind: TagTarget, id: string): Promise<PlaceCard | null> {
  const { get } = view(db);
  const asset = kind === 'asset' ? await get('asset', id) : undefined;
  const location = await get('location', (kind === 'asset' ? asset?.location_id : id) ?? '');
  const subject = kind === 'asset' ? asset : location;
  return subject ? card(db, { kind, id, subject, asset: asset ?? null, location: location ?? null }) : null;
}

interface Found {
  readonly kind: TagTarget;
  readonly id: string;
  readonly subject: Asset | Location;
  readonly asset: Asset | null;
  readonly location: Location | null;
}

async function card(db: Database, { kind, id, subject, asset, location }: Found): Promise<PlaceCard> {
  const { get, children } = view(db);
  const unit = subject.unit_id;
  const [owner, locations, assets, hazards, inspections, tags, manifest] = await Promise.all([
    get('unit', unit), children('location', unit), children('asset', unit), children('hazard', unit), children('inspection', unit), children('tag', unit), readMeta(db, 'manifest'),
  ]);
  const within = kind === 'location' ? subtree(locations, id) : new Set<string>();
  const here = kind === 'asset' ? (asset ? [asset] : []) : assets.filter((one) => one.active && within.has(one.location_id ?? ''));
  return {
    kind, id, asset, location,
    name: subject.name,
    unit: owner ?? null,
    hazards: hazards.filter((one) => OPEN.has(one.state) && concerns(one, kind, id, within)).sort(byDue),
    due: dueTests(here),
    visits: await visits(db, inspections.filter((one) => one.state === 'submitted' && wasThere(one, kind, id, within)), manifest?.definitions ?? []),
    inside: locations.filter((one) => one.active && one.parent_id === id && kind === 'location'),
    assets: kind === 'location' ? here : [],
    tags: tags.filter((tag) => tag.state === 'bound' && tag.target_kind === kind && tag.target_id === id),
    checklists: manifest?.definitions ?? [],
  };
}

/** The place and everything inside it: what is wrong in a room is wrong on its floor. */
export function subtree(locations: readonly Pick<Location, 'id' | 'parent_id'>[], root: string): ReadonlySet<string> {
  const found = new Set([root]);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const { id, parent_id } of locations) if (parent_id !== null && found.has(parent_id)) found.add(id);
  }
  return found;
}

const concerns = ({ asset_id, location_id }: Hazard, kind: TagTarget, id: string, within: ReadonlySet<string>): boolean =>
  kind === 'asset' ? asset_id === id : within.has(location_id ?? '');

const byDue = (a: Hazard, b: Hazard): number => a.due_on.localeCompare(b.due_on);

const wasThere = ({ location_id, target_ids }: Inspection, kind: TagTarget, id: string, within: ReadonlySet<string>): boolean =>
  (kind === 'location' && within.has(location_id ?? '')) || Object.values(target_ids).some((ids) => ids.includes(id));

function dueTests(assets: readonly Asset[]): DueTest[] {
  return assets
    .flatMap((asset) => asset.due.flatMap(({ name, due_on }) => (due_on ? [{ asset, name, due_on }] : [])))
    .sort((a, b) => a.due_on.localeCompare(b.due_on));
}

async function visits(db: Database, inspections: readonly Inspection[], definitions: readonly ManifestEntry[]): Promise<Visit[]> {
  const last = [...inspections].sort((a, b) => b.started_at - a.started_at).slice(0, VISITS);
  const leads = await Promise.all(last.map(({ lead_id }) => view(db).get('person', lead_id)));
  return last.map((inspection, index) => ({
    inspection,
    title: definitions.find(({ key }) => key === inspection.checklist_key)?.title ?? null,
    lead: leads[index] ?? null,
  }));
}
