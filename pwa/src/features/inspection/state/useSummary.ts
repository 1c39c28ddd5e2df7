/** The record as a whole: what was found, what is missing, what has been sent. */

import { computed, type ComputedRef } from 'vue';
import { useLive, type Live } from '@/data/live';
import type { Photo } from '@/data/records';
import { score } from '@/engine/score';
import type { Score } from '@/engine/shapes';
import { visiblePhotos } from '@/photo/queries';
import { lacks, sectionOutcomes, totals, type Counted, type Lack, type SectionOutcome } from '../logic/outcome';
import { signingOf, type Signing } from '../logic/signing';
import { unsentOf, type Unsent } from '../queries';
import { useAnswers, type AnswerBook } from './useAnswers';
import { useVisit, type OpenVisit } from './useVisit';
import { useWalk, type WalkState } from './useWalk';

export interface Summary {
  readonly open: OpenVisit;
  readonly book: AnswerBook;
  readonly state: WalkState;
  readonly sections: ComputedRef<readonly SectionOutcome[]>;
  readonly counted: ComputedRef<Counted>;
  readonly score: ComputedRef<Score | null>;
  readonly lacks: ComputedRef<readonly Lack[]>;
  readonly signing: ComputedRef<Signing>;
  readonly wall: ComputedRef<readonly Photo[]>;
  readonly unsent: Live<Unsent>;
}

export function useSummary(id: string): Summary {
  const open = useVisit(id);
  const book = useAnswers(open.db, id, () => '');
  const state = useWalk(open, book);
  const visit = open.visit;
  return {
    open, book, state,
    sections: computed(() => (visit.value ? sectionOutcomes(visit.value.definition, state.walk.value, state.statuses.value) : [])),
    counted: computed(() => totals(state.statuses.value)),
    score: computed(() => (visit.value && state.context.value ? score(visit.value.definition, state.context.value, book.values.value) : null)),
    lacks: computed(() => lacks(state.walk.value, state.statuses.value, open.drafts.value)),
    signing: computed(() => signingOf(visit.value?.inspection.mode ?? '', open.signatures.value)),
    wall: computed(() => visiblePhotos(open.photos.value)),
    unsent: useLive(() => unsentOf(open.db, id, open.photos.value), { records: 0, photos: 0 }, [open.photos]),
  };
}
