/** Two answers to one question: who said what, who may decide, and who may simply agree. Pure. */
import type { Conflict, Inspection, Photo } from '@/data/records';
import type { Json } from '@/data/shape';

export interface Side {
  readonly value: Json;
  readonly by: string;
  readonly at: number;
  /** What this person photographed there. */
  readonly photos: readonly Photo[];
}

export interface Choice {
  readonly value: Json;
  readonly key: string;
}

const keyOf = (value: Json): string => JSON.stringify(value);

export function sidesOf(conflict: Conflict, photos: readonly Photo[]): Side[] {
  const here = photos.filter((photo) => photo.item_key === conflict.item_key && (photo.target_id ?? '') === conflict.target_id && photo.state !== 'removed');
  return conflict.values.map(({ v, by, at }) => ({ value: v, by, at, photos: here.filter((photo) => photo.author_id === by) }));
}

/** Each different value once. */
export function choicesOf(conflict: Conflict): Choice[] {
  const found = new Map(conflict.values.map(({ v }) => [keyOf(v), v]));
  return [...found].map(([key, value]) => ({ key, value }));
}

export const authorsOf = (conflict: Conflict): ReadonlySet<string> => new Set(conflict.values.map(({ by }) => by));

/** Both answers came from one person's two phones. */
export const isOwn = (conflict: Conflict): boolean => authorsOf(conflict).size === 1;

/** The lead decides; what one person said on two phones, that person alone. */
export function mayDecide(conflict: Conflict, inspection: Inspection, me: string): boolean {
  if (conflict.state !== 'open' || inspection.state !== 'draft') return false;
  return isOwn(conflict) ? authorsOf(conflict).has(me) : inspection.lead_id === me;
}

/** Those who contradict each other and the lead get the card; the rest of the team need not be troubled. */
export const concerns = (conflict: Conflict, inspection: Inspection, me: string): boolean =>
  inspection.lead_id === me || authorsOf(conflict).has(me);

/** What I would have to say to agree with the only other person; null when it is not that simple. */
export function otherValue(conflict: Conflict, inspection: Inspection, me: string): Json | undefined {
  if (conflict.state !== 'open' || inspection.state !== 'draft' || conflict.values.length !== 2) return undefined;
  const mine = conflict.values.find(({ by }) => by === me);
  const other = conflict.values.find(({ by }) => by !== me);
  return mine && other ? other.v : undefined;
}

export const isOpen = (conflict: Conflict): boolean => conflict.state === 'open';
