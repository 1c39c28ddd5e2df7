/** What a team tells of its visit from the spot. */
import type { Database } from '@/data/database';
import type { ArrivalProof } from '@/data/mutations-visits';
import type { VisitPlan } from '@/data/records-visits';
import { commit } from '@/sync/outbox';
import { draftKey, metPeople, type ArrivalDraft } from './arrival';

export async function arrive(db: Database, visit: string, plan: VisitPlan, draft: ArrivalDraft, proof: ArrivalProof): Promise<void> {
  const args = {
    id: visit,
    assignment_id: plan.assignment_id,
    arrived_at: db.env.now(),
    proof,
    met: metPeople(draft),
    ...(draft.escort === '' ? {} : { escort: draft.escort === 'yes' }),
  };
  await commit(db, [{ name: 'visit.arrive', args }], { dropDrafts: [draftKey(visit)] });
}
