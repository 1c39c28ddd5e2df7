/** The inspection that is open: its header, checklist, unit and places, and what belongs to it. */

import { computed, type ComputedRef } from 'vue';
import type { Database } from '@/data/database';
import { useLive, type Live } from '@/data/live';
import type { Conflict, Hazard, Photo, Signature } from '@/data/records';
import { useDatabase } from '@/data/session';
import { children } from '@/data/view';
import { provideLaw } from './useLaw';
import { inspectionHazards, isSameVisit, loadVisit, openDrafts, recordSignatures, type Visit, type VisitState } from '../queries';

export interface OpenVisit {
  readonly db: Database;
  readonly id: string;
  readonly state: Live<VisitState>;
  readonly visit: ComputedRef<Visit | null>;
  readonly locked: ComputedRef<boolean>;
  readonly photos: Live<readonly Photo[]>;
  readonly hazards: Live<readonly Hazard[]>;
  readonly signatures: Live<readonly Signature[]>;
  readonly conflicts: Live<readonly Conflict[]>;
  readonly drafts: Live<ReadonlySet<string>>;
}

export function useVisit(id: string): OpenVisit {
  const db = useDatabase();
  const state = useLive<VisitState>(() => loadVisit(db, id), { kind: 'loading' }, [], isSameVisit);
  const visit = computed(() => (state.value.kind === 'ready' ? state.value.visit : null));
  const inspection = computed(() => visit.value?.inspection);
  provideLaw(db, inspection);
  return {
    db, id, state, visit,
    locked: computed(() => inspection.value?.state !== 'draft'),
    photos: useLive<readonly Photo[]>(() => children(db, 'photo', id), []),
    hazards: useLive<readonly Hazard[]>(
      () => (inspection.value ? inspectionHazards(db, inspection.value) : Promise.resolve([])),
      [],
      [() => inspection.value?.unit_id],
    ),
    signatures: useLive<readonly Signature[]>(() => recordSignatures(db, id), []),
    conflicts: useLive<readonly Conflict[]>(() => children(db, 'conflict', id), []),
    drafts: useLive<ReadonlySet<string>>(() => openDrafts(db, id), new Set()),
  };
}
