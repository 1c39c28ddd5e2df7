/** Giving a tag its place, and a place its entry, on the spot. */
import type { AddLocation, Mutation } from '@/data/mutations';
import type { TagTarget } from '@/data/records';
import { useDatabase } from '@/data/session';
import { commit } from '@/sync/outbox';

export interface Target {
  readonly kind: TagTarget;
  readonly id: string;
}

export type NewPlace = Omit<AddLocation, 'id' | 'attributes'>;

/** Resolves when it is on the disk. */
export async function claimTag(code: string, target: Target): Promise<void> {
  await commit(useDatabase(), [claim(code, target)]);
}

/** The place and the claim travel together: one without the other would be half a truth. */
export async function claimForNewPlace(code: string, place: NewPlace): Promise<Target> {
  const db = useDatabase();
  const id = db.env.id();
  await commit(db, [{ name: 'location.add', args: { ...place, id, attributes: [] } }, claim(code, { kind: 'location', id })]);
  return { kind: 'location', id };
}

const claim = (code: string, { kind, id }: Target): Mutation => ({
  name: 'tag.claim',
  args: { code, target_kind: kind, target_id: id },
});
