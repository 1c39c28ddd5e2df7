/** What the hazard screens read. */
import { getJson } from '@/data/api';
import type { Database } from '@/data/database';
import { parseRecord } from '@/data/records';
import type { Asset, Hazard, Inspection, Location, Person, Photo, Unit } from '@/data/records';
import { view } from '@/data/view';

/** Names behind the ids of a list, read once for all rows. */
export interface Names {
  readonly units: ReadonlyMap<string, Unit>;
  readonly places: ReadonlyMap<string, Location>;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly people: ReadonlyMap<string, Person>;
}

export interface HazardList extends Names {
  readonly hazards: readonly Hazard[];
}

const byId = <R extends { readonly id: string }>(rows: readonly R[]): ReadonlyMap<string, R> =>
  new Map(rows.map((row) => [row.id, row]));

export const NO_NAMES: Names = { units: new Map(), places: new Map(), assets: new Map(), people: new Map() };

const loadNames = async (db: Database): Promise<Names> => {
  const { all } = view(db);
  const [units, places, assets, people] = await Promise.all([all('unit'), all('location'), all('asset'), all('person')]);
  return { units: byId(units), places: byId(places), assets: byId(assets), people: byId(people) };
};

/** In one transaction: opening one costs a phone more than what is read in it. */
export const loadHazards = (db: Database): Promise<HazardList> =>
  db.transaction('r', [db.rows, db.overlay], async () => {
    const [hazards, names] = await Promise.all([view(db).all('hazard'), loadNames(db)]);
    return { hazards, ...names };
  });

export interface OneHazard extends Names {
  readonly hazard: Hazard;
  readonly photos: readonly Photo[];
}

/** The phone's own row; what lies further back in the ledger is asked from the server. */
const findHazard = async (db: Database, id: string): Promise<Hazard | undefined> => {
  const own = await view(db).get('hazard', id);
  if (own !== undefined) return own;
  const answer = await getJson(`/api/hazards/${id}`, (raw) => parseRecord('hazard', raw));
  return answer.ok ? answer.value : undefined;
};

export const loadHazard = async (db: Database, id: string): Promise<OneHazard | null> => {
  const { children } = view(db);
  const hazard = await findHazard(db, id);
  if (hazard === undefined) return null;
  const [photos, found, names] = await Promise.all([
    children('photo', id),
    hazard.inspection_id === null ? Promise.resolve([]) : children('photo', hazard.inspection_id),
    loadNames(db),
  ]);
  return { hazard, photos: [...photos, ...found.filter((photo) => photo.hazard_id === id)], ...names };
};

export const loadInspections = (db: Database): Promise<readonly Inspection[]> => view(db).all('inspection');

/** Where a hazard is, from the unit down to the device. */
export const whereIs = (hazard: Hazard, { units, places, assets }: Names): string => {
  const unit = units.get(hazard.unit_id);
  const place = hazard.location_id === null ? undefined : places.get(hazard.location_id);
  const asset = hazard.asset_id === null ? undefined : assets.get(hazard.asset_id);
  return [unit?.short_name ?? unit?.name, place?.path, asset?.name].filter(Boolean).join(' · ');
};

export const nameOf = (id: string | null, { people }: Names): string => (id === null ? '' : (people.get(id)?.name ?? ''));

/** Who could be asked to put it right: the unit's own people. */
export const unitPeople = (unit: string, { people }: Names): Person[] =>
  [...people.values()].filter((person) => person.unit_id === unit && person.active);
