/**
 * What citations say on one day: the edition in force, and only as much as was read of that edition.
 *
 * A clause that was read in one edition says nothing about another one. It is dropped then, and the
 * citation has to be verified again, whatever its tag was.
 */
import type { Basis } from './definition';
import type { Cause, Cited, Edition, Kept, LawRecord, LawRecords, LawState } from './law';

interface Found {
  readonly record: LawRecord;
  readonly at: number;
  readonly edition: Edition;
  readonly state: LawState;
}

/** Resolve the citations of an item on a day (ISO date). */
export const citations = (basis: readonly Basis[], records: LawRecords, day: string): Cited[] => basis.map((entry) => cite(entry, records, day));

/** Resolve one citation on a day. */
export function cite(entry: Basis, records: LawRecords, day: string): Cited {
  if (entry.law === undefined) return bare(entry, entry.doc ?? '', 'own', null);
  const record = recordOf(records, entry.law);
  const found = record && on(record, records, day);
  if (!found) return bare(entry, entry.law, 'unknown', 'unknown');
  const cause = causeOf(entry, found);
  return {
    ...said(entry, cause),
    law: found.record.key,
    edition: found.edition.number,
    doc: lawWords(found.record, found.edition),
    state: found.state,
    binding: found.record.binding,
    since: found.edition.effective_from ?? null,
    replaces: replaced(found),
    next: coming(found, day),
  };
}

/** Resolve citations for a hazard, which keeps them; what did not hold that day is no basis. */
export const snapshot = (basis: readonly Basis[], records: LawRecords, day: string): Kept[] =>
  citations(basis, records, day)
    .filter(({ state }) => state === 'in-force' || state === 'own')
    .map(({ doc, clause, tag }) => ({ doc, clause, tag }));

/** Say a document as it is cited: standards by number and title, others by title. */
export function lawWords(record: LawRecord, edition: Edition): string {
  if (edition.cited !== undefined) return edition.cited;
  const title = `\u300a${(edition.title ?? record.title).zh}\u300b`;
  const numbered = record.kind.startsWith('standard') || record.kind === 'specification';
  return numbered ? edition.number + title : title;
}

const recordOf = (records: LawRecords, key: string): LawRecord | undefined => (Object.hasOwn(records, key) ? records[key] : undefined);

function on(first: LawRecord, records: LawRecords, day: string): Found | null {
  const seen = new Set([first.key]);
  let record = first;
  for (;;) {
    const running = lastIndex(record, (edition) => (edition.effective_from ?? '') <= day && !hasEnded(edition, day));
    if (running >= 0) return pick(record, running, 'in-force');
    const past = lastIndex(record, (edition) => hasEnded(edition, day));
    if (past < 0) return pick(record, 0, 'not-yet');
    const heir = recordOf(records, record.editions[past]?.replaced_by ?? '');
    if (heir === undefined || seen.has(heir.key)) return pick(record, past, 'ended');
    seen.add(heir.key);
    record = heir;
  }
}

/** Array.findLastIndex is younger than the phones in use. */
const lastIndex = ({ editions }: LawRecord, fits: (edition: Edition) => boolean): number =>
  editions.reduce((found, edition, at) => (fits(edition) ? at : found), -1);

const pick = (record: LawRecord, at: number, state: LawState): Found | null => {
  const edition = record.editions[at];
  return edition === undefined ? null : { record, at, edition, state };
};

const hasEnded = (edition: Edition, day: string): boolean => edition.effective_to !== undefined && edition.effective_to < day;

const causeOf = (entry: Basis, { record, edition, state }: Found): Cause | null => {
  if (state === 'not-yet' || state === 'ended') return state;
  if (record.key !== entry.law || (entry.edition ?? edition.number) !== edition.number) return 'other-edition';
  return edition.doubt === undefined ? null : 'doubt';
};

const replaced = ({ record, at, edition }: Found): string[] => {
  const before = record.editions[at - 1]?.number;
  return [...(before === undefined ? [] : [before]), ...(edition.replaces ?? [])];
};

const coming = ({ record }: Found, day: string): Cited['next'] => {
  const edition = record.editions.find((one) => (one.effective_from ?? '') > day);
  return edition?.effective_from === undefined ? null : { edition: edition.number, effective_from: edition.effective_from };
};

/** What remains of the item's own words: all, or nothing that would still have to be read. */
const said = (entry: Basis, cause: Cause | null): Pick<Cited, 'read_in' | 'clause' | 'tag' | 'cause' | 'note'> => ({
  read_in: entry.edition ?? null,
  clause: cause === null ? (entry.clause ?? null) : null,
  tag: cause === null ? entry.tag : 'to-verify',
  cause,
  note: entry.note ?? null,
});

const bare = (entry: Basis, doc: string, state: LawState, cause: Cause | null): Cited => ({
  ...said(entry, cause),
  law: entry.law ?? null,
  edition: null,
  doc,
  state,
  binding: 'reference',
  since: null,
  replaces: [],
  next: null,
});
