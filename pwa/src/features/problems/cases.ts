/** Cases as the server tells the desk of them. */
import { dict, flag, isRecord, json, list, maybe, number, record, text, type Parsed } from '@/data/shape';
import { pick } from '@/i18n/i18n';
import type { Facts } from './pieces';

const word = record({ act: text, at: number, by_name: maybe(text), note: maybe(text) });
const common = {
  id: text,
  name: text,
  kind: text,
  state: text,
  code: text,
  params: dict(json),
  at: number,
  args: dict(json),
};

export const parseRow = record({
  ...common,
  list: text,
  author: record({ id: text, name: text, active: flag }),
  unit: maybe(text),
  received_at: number,
  pieces: number,
  photos: number,
  word: maybe(word),
});
export const parseCase = record({
  ...common,
  list: text,
  author: record({ id: text, name: text, active: flag }),
  unit: maybe(text),
  received_at: number,
  history: list(word),
  pieces: list(record({ ...common, facts: dict(json) })),
  pictures: list(record({ case: text, id: text, state: text })),
});
export const parseAccepted = record({ accepted: number, left: list(record({ id: text, code: text, params: dict(json) })) });

export type CaseRow = Parsed<typeof parseRow>;
export type Case = Parsed<typeof parseCase>;
export type CasePiece = Case['pieces'][number];

const plain = (value: unknown): string => (typeof value === 'string' ? value : '');
const titled = (value: unknown): string => {
  if (!isRecord(value)) return '';
  const title = isRecord(value['title']) ? pick(value['title'] as { zh: string; en: string }) : plain(value['title']);
  return [plain(value['number']), title].filter((part) => part !== '').join(' · ');
};

/** The server's names for the ids, as the lines of a piece read them. */
export const caseFacts = ({ facts }: CasePiece): Facts => ({
  unit: plain(facts['unit']),
  place: plain(facts['place']),
  asset: plain(facts['asset']),
  hazard: titled(facts['hazard']),
  inspection: titled(facts['inspection']),
  item: isRecord(facts['item']) ? pick(facts['item'] as unknown as { zh: string; en: string }) : '',
  assignee: plain(facts['assignee']),
});
