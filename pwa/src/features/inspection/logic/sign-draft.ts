/** A signature, or a refusal, on its way: everything the person has given so far. */

import type { Strokes } from '@/answers/strokes';
import { isSigned } from '@/answers/strokes';
import type { Person } from '@/data/records';

export type SignParty = 'inspector' | 'unit';

export interface SignDraft {
  readonly person_id: string | null;
  readonly name: string;
  readonly title: string;
  readonly strokes: Strokes;
  readonly width: number;
  readonly height: number;
  /** Signed with the keyboard, by somebody who cannot draw on a screen. */
  readonly typed: boolean;
}

export const EMPTY_SIGN: SignDraft = { person_id: null, name: '', title: '', strokes: [], width: 600, height: 200, typed: false };

/** The line of somebody who is known; a person only has to sign. */
export const signFor = (person: Person | undefined): SignDraft =>
  person ? { ...EMPTY_SIGN, person_id: person.id, name: person.name, title: person.title ?? '' } : EMPTY_SIGN;

/** Under a typed name stands a plain line: the record shows that nobody imitated a hand. */
export const TYPED_LINE: Strokes = [[[60, 820], [940, 820]]];

export function readySign(draft: SignDraft): boolean {
  return draft.name.trim() !== '' && (draft.typed || isSigned(draft.strokes));
}

export interface RefusalDraft {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
  readonly second: string;
  readonly witness: string;
}

export const EMPTY_REFUSAL: RefusalDraft = { name: '', title: '', reason: '', second: '', witness: '' };

export type RefusalGap = 'name' | 'reason' | 'second' | 'photo';

export function refusalGaps(draft: RefusalDraft, photos: number): RefusalGap[] {
  const gaps: RefusalGap[] = [];
  if (draft.name.trim() === '') gaps.push('name');
  if (draft.reason.trim() === '') gaps.push('reason');
  if (draft.second.trim() === '') gaps.push('second');
  if (photos === 0) gaps.push('photo');
  return gaps;
}

/** Second inspector and witness in one line, as the record keeps it. */
export function witnessLine(draft: RefusalDraft): string {
  return [draft.second, draft.witness].map((name) => name.trim()).filter((name) => name !== '').join('\u3001').slice(0, 60);
}
