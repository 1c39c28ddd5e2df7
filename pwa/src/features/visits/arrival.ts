/** The form of an arrival: what is half filled in, what is missing, what is sent. Pure. */
import rules from '@contracts/generated/visit-rules.json';
import type { ArrivalProof, MetPerson } from '@/data/mutations-visits';
import { list, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import { readScan } from '@/engine/tagcode';

export type ProofKind = ArrivalProof['kind'];
export const PROOFS: readonly ProofKind[] = ['tag', 'position', 'statement'];

/** Kept on the disk while it is filled in. */
export const parseDraft = record({
  kind: word<ProofKind | ''>(),
  tag: text,
  position: maybe(record({ lat: number, lon: number, accuracy: number })),
  witnesses: list(text),
  met: list(record({ name: text, title: text })),
  escort: word<'' | 'yes' | 'no'>(),
});
export type ArrivalDraft = Parsed<typeof parseDraft>;
export const draftKey = (visit: string): string => `visit:${visit}`;

const EARTH_M = 6_371_000;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export interface Point {
  readonly lat: number;
  readonly lon: number;
}

export function metresBetween(a: Point, b: Point): number {
  const [dLat, dLon] = [radians(b.lat - a.lat), radians(b.lon - a.lon)];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The same as the server's `is_near`: a vague position is not a near one. */
export const isNear = (metres: number, accuracy: number): boolean => metres <= rules.near_m + Math.min(accuracy, rules.near_m);

/** A tag's code out of what the camera read; null for anything else. */
export function tagCodeOf(scanned: string, host: string): string | null {
  const found = readScan(scanned, host);
  return found.kind === 'tag' || found.kind === 'elsewhere' ? found.code : null;
}

export type Lack = 'proof' | 'tag' | 'position' | 'witness' | 'photo';

/** What is still missing; the rest may be left out. */
export function lackOf({ kind, tag, position, witnesses }: ArrivalDraft, me: string, photos: number): Lack | null {
  if (kind === 'tag') return tag === '' ? 'tag' : null;
  if (kind === 'position') return position === null ? 'position' : null;
  if (kind !== 'statement') return 'proof';
  if (witnesses.every((id) => id === me)) return 'witness';
  return photos === 0 ? 'photo' : null;
}

export function proofOf({ kind, tag, position, witnesses }: ArrivalDraft, me: string, photo: string | undefined): ArrivalProof | null {
  if (kind === 'tag') return { kind, tag };
  if (kind === 'position') return position && { kind, position };
  if (kind !== 'statement') return null;
  return { kind, statement: { inspector_ids: [...new Set([me, ...witnesses])], ...(photo === undefined ? {} : { photo_id: photo }) } };
}

export const metPeople = ({ met }: ArrivalDraft): MetPerson[] =>
  met
    .map(({ name, title }) => ({ name: name.trim(), title: title.trim() }))
    .filter(({ name }) => name !== '')
    .map(({ name, title }) => (title === '' ? { name } : { name, title }));
