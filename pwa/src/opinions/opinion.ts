/** A written expert opinion as the server tells it. */
import type { Strokes } from '@/answers/strokes';
import { flag, json, maybe, number, record, text, word, type Json, type Parsed } from '@/data/shape';

const hand = record({ how: word<'signed' | 'typed'>(), strokes: json, width: number, height: number });

export const parseOpinion = record({
  id: text, subject_type: word<'inspection' | 'hazard'>(), subject_id: text, unit_name: maybe(text), author_name: maybe(text), state: word<'draft' | 'signed' | 'withdrawn'>(), facts: text, judgement: text, advice: text, digest: maybe(text), withdrawn_why: text, rev: number, written_at: number, signed_at: maybe(number), withdrawn_at: maybe(number), own: flag, hand: maybe(hand),
});

export type Opinion = Parsed<typeof parseOpinion>;
export const PARTS = ['facts', 'judgement', 'advice'] as const;

const isPoint = (value: Json): boolean => Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number');

/** The author's strokes; nothing where there are none, or where they are not what they should be. */
export const strokesOf = ({ hand: given }: Opinion): Strokes => {
  const drawn = given?.strokes;
  const isWhole = Array.isArray(drawn) && drawn.every((stroke: Json) => Array.isArray(stroke) && stroke.every(isPoint));
  return isWhole ? (drawn as unknown as Strokes) : [];
};
