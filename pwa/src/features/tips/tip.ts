/** A report of somebody without an account, as the desk reads it. */
import { flag, json, list, maybe, number, record, text, word, type Parse, type Parsed } from '@/data/shape';

export type TipState = 'received' | 'seen' | 'doing' | 'done' | 'declined';
export type PictureState = 'waiting' | 'kept' | 'refused' | 'removed';
export const STATES: readonly TipState[] = ['received', 'seen', 'doing', 'done', 'declined'];

const both = record({ zh: text, en: text });
const picture = record({ id: text, state: word<PictureState>(), reason: maybe(text), w: maybe(number), h: maybe(number), photo_id: maybe(text) });
const step = record({ id: text, action: text, name: maybe(text), at: number, details: json, undone: flag });
const hazard = record({ id: text, number: text, state: text, title: text });
const face = record({ state: word<TipState>(), said: both, reason: maybe(both), answer: maybe(text) });

const shape = {
  id: text,
  tag_code: maybe(text),
  unit_id: maybe(text),
  unit_name: maybe(text),
  location_id: maybe(text),
  spot: maybe(text),
  place: maybe(text),
  topics: list(text),
  words: text,
  audience: word<'unit' | 'bureau'>(),
  pictures_announced: number,
  pictures: list(picture),
  state: word<TipState>(),
  reason: maybe(text),
  answer: maybe(text),
  spam: flag,
  hazard_id: maybe(text),
  same_as_id: maybe(text),
  members: number,
  received_at: number,
  exact: flag,
  rev: number,
} as const;

export const parseRow = record(shape);
export type TipRow = Parsed<typeof parseRow>;
const similar = record({ ...shape, why: list(text) });

export const parseTip = record({
  ...shape,
  face,
  hazard: maybe(hazard),
  steps: list(step),
  grouped: list(parseRow as Parse<TipRow>),
  similar: list(similar),
  may_undo: flag,
  has_contact: flag,
});

export type Tip = Parsed<typeof parseTip>;
export type TipPicture = Parsed<typeof picture>;
export const parseContact = record({ contact: text });
