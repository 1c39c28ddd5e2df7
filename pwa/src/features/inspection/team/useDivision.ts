/** The division of one inspection, live: who takes on what, and whether the walk is narrowed to one's own. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { useLive, type Live } from '@/data/live';
import type { Part } from '@/data/records';
import { children } from '@/data/view';
import { legAt } from '../logic/walk';
import { NO_TALLY, sum, type Tally } from '../logic/tally';
import type { OpenVisit } from '../state/useVisit';
import type { WalkState } from '../state/useWalk';
import { ownerOf, partsBy } from './division';

export interface Division {
  readonly parts: Live<readonly Part[]>;
  /** Somebody has taken on something. */
  readonly divided: ComputedRef<boolean>;
  /** Who takes on each leg of the walk. */
  readonly owners: ComputedRef<readonly (string | null)[]>;
  readonly mine: ComputedRef<Tally>;
  /** Only what is mine is walked. */
  readonly narrowed: Ref<boolean>;
}

/** As long as the app is open; after that one's own comes first again. */
const chosen = new Map<string, boolean>();

export function useDivision(open: OpenVisit, state: WalkState): Division {
  const me = open.db.user;
  const parts = useLive<readonly Part[]>(() => children(open.db, 'part', open.id), []);
  const known = computed(() => partsBy(parts.value));
  const owners = computed(() => state.walk.value.legs.map((leg) => ownerOf(known.value, leg)));
  const hasOwn = computed(() => owners.value.includes(me));
  const narrowed = ref(chosen.get(open.id) ?? false);
  watch(hasOwn, (own) => {
    narrowed.value = own && (chosen.get(open.id) ?? true);
  }, { immediate: true });
  watch(narrowed, (now, before) => {
    if (hasOwn.value && now !== before) chosen.set(open.id, now);
  });
  return {
    parts,
    divided: computed(() => owners.value.some((owner) => owner !== null)),
    owners,
    mine: computed(() => sum(state.progress.value.legs.map((tally, n) => (owners.value[n] === me ? tally : NO_TALLY)))),
    narrowed,
  };
}

/** Whether a line of the walk is this person's. */
export const isMine = (division: Division, state: WalkState, me: string) => (index: number): boolean =>
  division.owners.value[legAt(state.walk.value, index)] === me;
