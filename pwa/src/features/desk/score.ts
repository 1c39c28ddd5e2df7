/** The score as the server kept it at submission. Older records lack some of it. */
import { list, maybe, number, record, text, type Parsed } from '@/data/shape';

const line = record({ section: text, target: text, item: text });
const tally = {
  passed: number, failed: number, na: number, unable: number, open: number,
  earned: number, judged: number, score: maybe(number), coverage: maybe(number),
} as const;

export const parseScore = record({
  sections: list(record({ key: text, ...tally })),
  places: list(record({ target: text, ...tally })),
  mandatory: record({ asked: number, unchecked: number, failed: list(line) }),
  weighted: maybe(number),
  cap: maybe(number),
  total: maybe(number),
  coverage: maybe(number),
});
export type KeptScore = Parsed<typeof parseScore>;
