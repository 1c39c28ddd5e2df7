/** People of one task begin one and the same record on phones that cannot speak to each other. */
import type { Database } from '@/data/database';
import { sha256 } from '@/data/hash';
import { get } from '@/data/view';

/** An identifier that everybody makes alike out of the task and the checklist (UUID version 8). */
export async function sharedVisit(assignment: string, checklist: string): Promise<string> {
  const hex = await sha256(new TextEncoder().encode(`anxun-visit-1\n${assignment}\n${checklist}`));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export interface Wish {
  readonly assignment: string | null;
  readonly checklist: string;
  /** How many people the task names. */
  readonly people: number;
  /** Only a part of the checklist: then everybody's visit is their own. */
  readonly partial: boolean;
}

/** The identifier of a new visit: the task's own for a whole checklist that several people share, while nobody handed it in. */
export async function visitId(db: Database, wish: Wish): Promise<string> {
  if (wish.assignment === null || wish.people < 2 || wish.partial) return db.env.id();
  const id = await sharedVisit(wish.assignment, wish.checklist);
  return (await get(db, 'inspection', id))?.state === 'submitted' ? db.env.id() : id;
}
