/** A written expert opinion as the server tells it. */
import { flag, maybe, number, record, text, word, type Parsed } from '@/data/shape';

export const parseOpinion = record({
  id: text, subject_type: word<'inspection' | 'hazard'>(), subject_id: text, unit_name: maybe(text), author_name: maybe(text), state: word<'draft' | 'signed' | 'withdrawn'>(), facts: text, judgement: text, advice: text, digest: maybe(text), withdrawn_why: text, rev: number, written_at: number, signed_at: maybe(number), withdrawn_at: maybe(number), own: flag,
});

export type Opinion = Parsed<typeof parseOpinion>;
export const PARTS = ['facts', 'judgement', 'advice'] as const;
