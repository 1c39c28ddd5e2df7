/** Everything the team's page shows, put together once. */
import { computed, type ComputedRef } from 'vue';
import { useLive, type Live } from '@/data/live';
import type { Inspection, Part, Person } from '@/data/records';
import { all, children } from '@/data/view';
import { pick } from '@/i18n/i18n';
import { useAnswers, type AnswerBook } from '../state/useAnswers';
import { useVisit, type OpenVisit } from '../state/useVisit';
import { useWalk, type WalkState } from '../state/useWalk';
import { mayJoin } from './colleagues';
import { floorRows, partsBy, placeRows, sectionRows, type Ground, type PartRow } from './division';
import { activities, authorsIn, type Activity } from './people';

export type Grouping = 'sections' | 'floors' | 'places';

export interface Member {
  readonly id: string;
  readonly lead: boolean;
  /** Who of the others wants this member to lead. */
  readonly voices: readonly string[];
  readonly activity: Activity | undefined;
  /** Gone from the team; what was found stays. */
  readonly left: boolean;
}

export interface Team {
  readonly open: OpenVisit;
  readonly book: AnswerBook;
  readonly state: WalkState;
  readonly inspection: ComputedRef<Inspection | undefined>;
  readonly members: ComputedRef<readonly Member[]>;
  readonly rows: (grouping: Grouping) => readonly PartRow[];
  readonly groupings: ComputedRef<readonly Grouping[]>;
  /** Whom one may still ask to join. */
  readonly colleagues: Live<readonly Person[]>;
  readonly placeOf: (activity: Activity) => string;
}

function useGround(open: OpenVisit, state: WalkState, book: AnswerBook): ComputedRef<Ground> {
  const parts = useLive<readonly Part[]>(() => children(open.db, 'part', open.id), []);
  return computed(() => {
    void book.changed.value;
    const { legs, keys } = state.walk.value;
    return {
      legs,
      tallies: state.progress.value.legs,
      parts: partsBy(parts.value),
      authors: legs.map((leg) => authorsIn(keys.slice(leg.from, leg.from + leg.count).map((key) => book.row(key)))),
      spots: open.visit.value?.spots ?? new Map(),
      titleOf: (section) => pick(state.library.value.sections.get(section)?.title),
    };
  });
}

function membersOf(inspection: Inspection | undefined, said: readonly Activity[]): Member[] {
  if (!inspection) return [];
  const team = inspection.member_ids;
  const gone = said.map(({ person }) => person).filter((person) => !team.includes(person));
  return [...team, ...gone].map((id) => ({
    id,
    lead: inspection.lead_id === id,
    voices: inspection.lead_claims[id] ?? [],
    activity: said.find(({ person }) => person === id),
    left: !team.includes(id),
  }));
}

export function useTeam(id: string): Team {
  const open = useVisit(id);
  const book = useAnswers(open.db, id, () => '');
  const state = useWalk(open, book);
  const ground = useGround(open, state, book);
  const inspection = computed(() => open.visit.value?.inspection);
  const said = computed(() => {
    void book.changed.value;
    const rows = Object.keys(book.values.value).map((key) => book.row(key));
    return activities(rows.filter((row) => row !== undefined));
  });
  const hasPlaces = computed(() => state.walk.value.legs.some(({ target }) => target !== ''));
  const rowsOf = { sections: sectionRows, floors: floorRows, places: placeRows } as const;
  return {
    open, book, state, inspection,
    members: computed(() => membersOf(inspection.value, said.value)),
    rows: (grouping) => rowsOf[grouping](ground.value),
    groupings: computed(() => (hasPlaces.value ? ['floors', 'places', 'sections'] : ['sections'])),
    colleagues: useLive<readonly Person[]>(
      async () => (await all(open.db, 'person')).filter((person) =>
        mayJoin(person, inspection.value?.mode ?? '', inspection.value?.unit_id ?? null) && !(inspection.value?.member_ids.includes(person.id) ?? true)),
      [],
      [() => inspection.value?.member_ids.join(' ')],
    ),
    placeOf: ({ target, item }) => {
      const section = state.walk.value.lines.find((line) => line.item === item)?.section ?? '';
      const spot = open.visit.value?.spots.get(target);
      return [spot?.path, pick(state.library.value.sections.get(section)?.title)].filter(Boolean).join(' · ');
    },
  };
}
