/** Papers as they lie on the phone: the head that everybody sees, and the sheet of the team. */

import { flag, maybe, number, record, text, word, type Parsed } from '@/data/shape';
import type { Track } from './layouts';
import type { Body, How, Signing } from './shapes';

export const readPaper = record({
  id: text,
  inspection_id: text,
  unit_id: text,
  layout: text,
  version: number,
  track: word<Track>(),
  code: text,
  hash: text,
  office: text,
  /** Given by the server in the order of arrival; null until then. */
  number: maybe(text),
  edition: number,
  replaces_id: maybe(text),
  replaced_by_id: maybe(text),
  reason: maybe(text),
  outcome: word<How>(),
  issued_by: text,
  issued_at: maybe(number),
  made_at: number,
  released: flag,
});

export const readSheet = record({ id: text, inspection_id: text, body: text, signing: text });

export type Paper = Parsed<typeof readPaper>;
export type Sheet = Parsed<typeof readSheet>;

export const parseSheet = (sheet: Sheet): { readonly body: Body; readonly signing: Signing } => ({
  body: JSON.parse(sheet.body) as Body,
  signing: JSON.parse(sheet.signing) as Signing,
});
