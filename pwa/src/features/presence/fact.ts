/** A question from the spot as the desk reads it: with what came of it, never with its answer. */
import { postJson, type Result } from '@/data/api';
import { flag, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import { t } from '@/i18n/i18n';

export const KINDS = ['code', 'last4', 'gauge'] as const;
export type Kind = (typeof KINDS)[number];
export type Verdict = 'same' | 'differs' | 'unseen';

export const parseFact = record({
  id: text, unit_id: text, target_kind: word<'location' | 'asset'>(), target_id: text, kind: word<Kind>(), ask: text, active: flag,
  place: maybe(text), made_by: maybe(text), made_at: number, last_at: maybe(number), same: number, differs: number, unseen: number, people: number,
});
export type Fact = Parsed<typeof parseFact>;

export interface Expected {
  readonly kind: Kind;
  readonly text?: string;
  readonly low?: number;
  readonly high?: number;
}

const verdict = record({ verdict: word<Verdict>() });

export const tryNew = (expected: Expected, answer: string): Promise<Result<Parsed<typeof verdict>>> => postJson('/api/presence/facts/try', { ...expected, answer }, verdict);
export const tryKept = (id: string, answer: string): Promise<Result<Parsed<typeof verdict>>> => postJson(`/api/presence/facts/${id}/try`, { answer }, verdict);

/** How many answers fitted, of how many that could be compared; never the one without the other. */
export function hitWords({ same, differs, unseen }: Fact): string {
  const compared = same + differs;
  const hits = compared === 0 ? t('presence-desk.no-answers') : t('presence-desk.hits', { same, n: compared });
  return unseen === 0 ? hits : `${hits} \u00b7 ${t('presence-desk.unseen', { n: unseen })}`;
}

/** More people misread one thing than read it: then what is on record is wrong more likely than all of them. */
export const isDoubtful = ({ same, differs, people }: Fact): boolean => people >= 2 && differs >= 2 && differs > same;

/** `0,52` and full-width digits as people type them; NaN for what is no number. */
export const figure = (typed: string): number => {
  const plain = typed.normalize('NFKC').trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
};
