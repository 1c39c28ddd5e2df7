/** People of the pool, their papers, recusals and work, as the server tells them. */
import { dict, flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

export const parseCertificate = record({
  id: text, person_id: text, person_name: text, kind: text, number: text, issuer: text, note: text, issued_on: maybe(text), expires_on: maybe(text), revoked_on: maybe(text), good: flag, state: text, left_days: maybe(number), rev: number,
});
export const parseRecusal = record({
  id: text, kind: text, place_name: maybe(text), since: maybe(text), until: maybe(text), note: text, declared_by_name: maybe(text), declared_at: number, withdrawn_at: maybe(number), withdrawn_by_name: maybe(text), withdrawn_why: text,
});
const service = record({ source_id: text, done: flag, title: text, unit_name: maybe(text), on: text });
export const parseEngagement = record({
  id: text, source_id: maybe(text), kind: text, title: text, unit_name: maybe(text), begins_on: text, ends_on: text, half_days: number, fee: maybe(number), rating: maybe(dict(number)), rating_note: text, rev: number,
});
const workload = record({ visits: number, planned: number, entries: number, half_days: number, last_on: maybe(text) });
const shared = {
  id: text, rev: number, region_id: text, kind: word<'expert' | 'inspector'>(), fields: list(text), title: text, post: maybe(text), name: text, employer: text, employer_name: text, unit_id: maybe(text), company_id: maybe(text), shared: flag, active: flag, note: text, certificates: list(parseCertificate), workload, may_manage: flag,
} as const;

export const parseExpert = record(shared);
export const parseExpertDetail = record({ ...shared, recusals: list(parseRecusal), services: list(service), engagements: list(parseEngagement), rating: maybe(number), rated: maybe(number) });
export const parseExpiring = record({ as_of: number, items: list(parseCertificate), counts: dict(number) });
export const parseOwn = record({ recusals: list(parseRecusal), certificates: list(parseCertificate) });
export const parsePlaces = record({ items: list(record({ kind: word<'unit' | 'region'>(), id: text, name: text })) });

export type Certificate = Parsed<typeof parseCertificate>;
export type Recusal = Parsed<typeof parseRecusal>;
export type Engagement = Parsed<typeof parseEngagement>;
export type Expert = Parsed<typeof parseExpert>;
export type ExpertDetail = Parsed<typeof parseExpertDetail>;
