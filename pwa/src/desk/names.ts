/** Names behind ids: the desk's browser holds the same units, places and people as the phone. */
import { useLive } from '@/data/live';
import type { Location, Person, Unit } from '@/data/records';
import { useDatabase } from '@/data/session';
import { view } from '@/data/view';
import type { FilterOption } from './columns';

interface NameRows {
  readonly units: ReadonlyMap<string, Unit>;
  readonly places: ReadonlyMap<string, Location>;
  readonly people: ReadonlyMap<string, Person>;
}

export interface DeskNames {
  readonly unit: (id: string | null) => string;
  readonly place: (id: string | null) => string;
  readonly person: (id: string | null) => string;
  readonly unitOptions: () => readonly FilterOption[];
  readonly personOptions: (accept: (person: Person) => boolean) => readonly FilterOption[];
  readonly placeOptions: (unit: string) => readonly FilterOption[];
}

const byId = <R extends { readonly id: string }>(rows: readonly R[]): ReadonlyMap<string, R> =>
  new Map(rows.map((row) => [row.id, row]));

const byLabel = (a: FilterOption, b: FilterOption): number => a.label.localeCompare(b.label, 'zh');

/** Call in setup. What is not (yet) on this device is shown as nothing rather than as an id. */
export function useDeskNames(): DeskNames {
  const db = useDatabase();
  const empty: NameRows = { units: new Map(), places: new Map(), people: new Map() };
  const names = useLive<NameRows>(async () => {
    const { all } = view(db);
    const [units, places, people] = await Promise.all([all('unit'), all('location'), all('person')]);
    return { units: byId(units), places: byId(places), people: byId(people) };
  }, empty);
  return {
    unit: (id) => names.value.units.get(id ?? '')?.name ?? '',
    place: (id) => names.value.places.get(id ?? '')?.path ?? '',
    person: (id) => names.value.people.get(id ?? '')?.name ?? '',
    unitOptions: () => [...names.value.units.values()].map((unit) => ({ value: unit.id, label: unit.name })).sort(byLabel),
    personOptions: (accept) =>
      [...names.value.people.values()]
        .filter((person) => person.active && accept(person))
        .map((person) => ({ value: person.id, label: [person.name, person.title].filter(Boolean).join(' · ') }))
        .sort(byLabel),
    placeOptions: (unit) =>
      [...names.value.places.values()]
        .filter((place) => place.unit_id === unit && place.active)
        .map((place) => ({ value: place.id, label: place.path }))
        .sort(byLabel),
  };
}
