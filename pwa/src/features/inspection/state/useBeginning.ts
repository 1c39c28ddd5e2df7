/** The form before a visit: what the address gave, what the task plans, what the person chooses. */

import { computed, reactive, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { Database } from '@/data/database';
import { useLive, type Live } from '@/data/live';
import type { Assignment, Inspection, InspectionMode, Person, Unit } from '@/data/records';
import { session, useDatabase } from '@/data/session';
import { all, children, get } from '@/data/view';
import type { Definition } from '@/engine/definition';
import { pick } from '@/i18n/i18n';
import { mayJoin } from '../team/colleagues';
import { strayOf, type BeginQuery, type Stray } from '../logic/begin-query';
import { choosable, proposed } from '@/plan/proposal';
import type { Spot } from '@/plan/spots';
import { latestDefinitions, loadSpots } from '@/plan/sources';

export interface BeginForm {
  unit: string | null;
  checklist: string | null;
  mode: InspectionMode;
  targets: string[];
  members: string[];
}

export interface Begin {
  readonly db: Database;
  readonly form: BeginForm;
  readonly ready: Ref<boolean>;
  /** What the address names and nobody here knows; it may yet arrive. */
  readonly stray: Live<Stray | null>;
  readonly assignment: Ref<Assignment | null>;
  readonly units: Live<readonly Unit[]>;
  readonly definitions: Live<readonly { readonly hash: string; readonly definition: Definition }[]>;
  readonly checklists: ComputedRef<readonly { readonly value: string; readonly label: string }[]>;
  readonly chosen: ComputedRef<{ readonly hash: string; readonly definition: Definition } | undefined>;
  readonly spots: ComputedRef<ReadonlyMap<string, Spot>>;
  readonly choices: ComputedRef<readonly Spot[]>;
  readonly colleagues: Live<readonly Person[]>;
  /** A visit of the same kind that was begun and not handed in. */
  readonly unfinished: ComputedRef<Inspection | undefined>;
}

async function colleaguesOf(db: Database, mode: string, unit: string | null): Promise<Person[]> {
  const people = await all(db, 'person');
  return people.filter((person) => person.id !== db.user && mayJoin(person, mode, unit));
}

/** What a task plans for its team. */
const planOf = (assignment: Assignment, me: string): Partial<BeginForm> => ({
  unit: assignment.unit_id,
  checklist: assignment.checklist_keys.length === 1 ? (assignment.checklist_keys[0] ?? null) : null,
  mode: assignment.mode,
  members: assignment.inspector_ids.filter((id) => id !== me),
});

async function prefill(db: Database, query: BeginQuery, form: BeginForm): Promise<Assignment | null> {
  const assignment = query.assignment === null ? undefined : await get(db, 'assignment', query.assignment);
  if (assignment) Object.assign(form, planOf(assignment, db.user));
  form.unit = query.unit ?? form.unit;
  form.checklist = query.checklist ?? form.checklist;
  return assignment ?? null;
}

interface Ground {
  readonly unit: string | null;
  readonly spots: ReadonlyMap<string, Spot>;
}

const NOWHERE: Ground = { unit: null, spots: new Map() };

const groundOf = async (db: Database, unit: string | null): Promise<Ground> => (unit === null ? NOWHERE : { unit, spots: await loadSpots(db, unit) });

/** People of a unit check themselves; people of the bureau come to look. */
const usualMode = (): InspectionMode => (session.value.me?.unit_id ? 'self-check' : 'spot');

export function useBeginning(query: BeginQuery): Begin {
  const db = useDatabase();
  const form = reactive<BeginForm>({ unit: null, checklist: null, mode: usualMode(), targets: [], members: [] });
  const ready = ref(false);
  const assignment = shallowRef<Assignment | null>(null);
  const unit = (): string | null => form.unit;
  const units = useLive<readonly Unit[]>(async () => (await all(db, 'unit')).filter((each) => each.active), []);
  const definitions = useLive(() => latestDefinitions(db, form.unit, query.assignment), [], [unit]);
  const ground = useLive<Ground>(() => groundOf(db, form.unit), NOWHERE, [unit]);
  // Until the disk has told of another unit, what is there are the places of the one before.
  const spots = computed(() => (ground.value.unit === form.unit ? ground.value : NOWHERE).spots);
  const visits = useLive<readonly Inspection[]>(() => (form.unit ? children(db, 'inspection', form.unit) : Promise.resolve([])), [], [unit]);
  const chosen = computed(() => definitions.value.find(({ definition }) => definition.key === form.checklist));
  const choices = computed(() => (chosen.value ? choosable(chosen.value.definition, spots.value) : []));

  void prefill(db, query, form).then((found) => {
    assignment.value = found;
    ready.value = true;
  });
  // Anew for another unit or checklist, not when a pull merely renames a room.
  watch([unit, () => form.checklist, () => choices.value.length > 0], () => {
    form.targets = proposed(choices.value, spots.value, { location: query.location, asset: query.asset, planned: assignment.value?.location_ids ?? [] });
  });

  const offered = (key: string): boolean => assignment.value === null || assignment.value.checklist_keys.includes(key);
  return {
    db, form, ready, assignment, stray: useLive<Stray | null>(() => strayOf(db, query), null), units, definitions, chosen, spots, choices,
    checklists: computed(() => definitions.value.filter(({ definition }) => offered(definition.key)).map(({ definition }) => ({ value: definition.key, label: pick(definition.title) }))),
    colleagues: useLive(() => colleaguesOf(db, form.mode, form.unit), [], [() => form.mode, () => form.unit]),
    unfinished: computed(() => visits.value.find((visit) => visit.state === 'draft' && visit.checklist_key === form.checklist && visit.member_ids.includes(db.user) && visit.assignment_id === query.assignment)),
  };
}
