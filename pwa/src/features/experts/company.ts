/** Third parties as the server tells them. */
import { flag, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

const shared = {
  id: text, region_id: text, name: text, uscc: maybe(text), contact: text, phone: text, qualification: text, note: text, active: flag, rev: number, may_manage: flag,
} as const;
export const parseContract = record({
  id: text, number: text, title: text, scope: text, client_name: maybe(text), fields: list(text), starts_on: text, ends_on: text, fee: maybe(number), running: flag, rev: number,
});
const finding = record({ hazard_id: text, verdict: maybe(text), note: text, number: maybe(text), title: maybe(text) });
export const parseReview = record({
  id: text, contract_id: text, state: word<'draft' | 'done'>(), score: maybe(number), reasons: text, candidates: number, rev: number, reviewer_name: maybe(text), created_at: number, finished_at: maybe(number), confirmed: number, judged: number, sample: list(finding),
});
export const parseCompany = record(shared);
export const parseCompanyDetail = record({ ...shared, people: list(record({ id: text, name: text, title: text })), contracts: list(parseContract), reviews: list(parseReview) });

export type Company = Parsed<typeof parseCompany>;
export type CompanyDetail = Parsed<typeof parseCompanyDetail>;
export type Contract = Parsed<typeof parseContract>;
export type Review = Parsed<typeof parseReview>;
