/** The arrival's form: kept on the disk with every change, with what this phone knows around it. */
import { computed, onMounted, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { readDraft, saveDraft } from '@/data/drafts';
import { useLive, type Live } from '@/data/live';
import type { Person, Photo, Tag } from '@/data/records';
import { useDatabase } from '@/data/session';
import { children, get } from '@/data/view';
import { visiblePhotos } from '@/photo/queries';
import { readVisit, type VisitView } from '@/visits/queries';
import { draftKey, isNear, lackOf, metresBetween, parseDraft, type ArrivalDraft, type Lack } from './arrival';

export interface TagFound {
  readonly tag: Tag | undefined;
  /** Where it hangs, as far as this phone knows. */
  readonly place: string;
}

export interface Arrival {
  readonly shown: Live<VisitView | null | undefined>;
  readonly draft: ShallowRef<ArrivalDraft>;
  /** Whether the draft was read: what is changed before would write over it. */
  readonly isReady: Ref<boolean>;
  readonly change: (part: Partial<ArrivalDraft>) => void;
  readonly photos: ComputedRef<readonly Photo[]>;
  readonly staff: Live<readonly Person[]>;
  readonly team: Live<readonly Person[]>;
  readonly found: Live<TagFound | null>;
  /** Metres to where the unit is said to be; null when one of the two is not known. */
  readonly distance: ComputedRef<number | null>;
  readonly isHere: ComputedRef<boolean>;
  readonly lack: ComputedRef<Lack | null>;
}

const mine = (photos: readonly Photo[], me: string, since: number): Photo[] =>
  visiblePhotos(photos).filter((photo) => photo.purpose === 'place' && photo.author_id === me && photo.taken_at >= since);

export function useArrival(visit: string): Arrival {
  const db = useDatabase();
  const key = draftKey(visit);
  const draft = shallowRef(parseDraft({}));
  const isReady = ref(false);
  const shown = useLive<VisitView | null | undefined>(() => readVisit(db, visit), undefined);
  const plan = (): VisitView['visit']['plan'] => shown.value?.visit.plan ?? null;
  const loose = useLive<readonly Photo[]>(() => children(db, 'photo', ''), []);
  const staff = useLive<readonly Person[]>(() => children(db, 'person', plan()?.unit_id ?? ''), [], [() => plan()?.unit_id]);
  const team = useLive<readonly Person[]>(async () => {
    const ids = [plan()?.leader_id ?? '', ...(plan()?.member_ids ?? [])];
    return (await Promise.all(ids.map((id) => get(db, 'person', id)))).filter((one) => one !== undefined && one.id !== db.user) as Person[];
  }, [], [() => plan()?.assignment_id]);
  const found = useLive<TagFound | null>(async () => {
    const { tag: code } = draft.value;
    if (code === '') return null;
    const tag = await get(db, 'tag', code);
    const target = tag?.target_id ?? '';
    const place = tag?.target_kind === 'asset' ? (await get(db, 'asset', target))?.name : (await get(db, 'location', target))?.path;
    return { tag, place: place ?? '' };
  }, null, [() => draft.value.tag]);
  const photos = computed(() => mine(loose.value, db.user, shown.value?.visit.opens_at ?? Number.POSITIVE_INFINITY));
  const distance = computed(() => {
    const { lat, lon } = shown.value?.unit ?? { lat: null, lon: null };
    return draft.value.position === null || lat === null || lon === null ? null : metresBetween(draft.value.position, { lat, lon });
  });

  onMounted(async () => {
    draft.value = parseDraft(await readDraft(db, key));
    isReady.value = true;
  });

  return {
    shown, draft, isReady, photos, staff, team, found, distance,
    change: (part) => {
      draft.value = { ...draft.value, ...part };
      void saveDraft(db, key, draft.value);
    },
    isHere: computed(() => distance.value !== null && isNear(distance.value, draft.value.position?.accuracy ?? 0)),
    lack: computed(() => lackOf(draft.value, db.user, photos.value.length)),
  };
}
