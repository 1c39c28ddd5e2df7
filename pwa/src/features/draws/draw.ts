/** Draws as the server tells them. */
import { dict, flag, json, list, maybe, number, record, text, word, type Parsed } from '@/data/shape';

export type Kind = 'units' | 'people';

const may = record({ replace: flag, spoil: flag, publish: flag, release: flag, tell: flag });
const spoiled = record({ reason: text, at: number, by: text });
const head = {
  id: text,
  code: text,
  region_id: text,
  region_name: text,
  kind: word<Kind>(),
  sealed: flag,
  secret: flag,
  state: word<'drawn' | 'spoiled'>(),
  purpose: text,
  operator_name: text,
  witness: record({ name: text, words: text }),
  drawn: number,
  replaced: number,
  spoiled: maybe(spoiled),
  drawn_at: number,
  released_at: maybe(number),
  published_at: maybe(number),
  may,
};
export const parseDrawRow = record(head);
export type DrawRow = Parsed<typeof parseDrawRow>;

const reason = record({ kind: text, note: maybe(text) });
const candidate = record({ id: text, name: text, facts: dict(json), terms: dict(number), weight: number, out: list(reason), barred: dict(list(text)) });
const slot = record({ key: text, name: maybe(text), count: number, reserve: number });
const label = record({ zh: text, en: text });
const term = record({ key: text, label, fact: text, how: text, cap: number });
const formula = record({ key: text, version: text, label, terms: list(term) });
const snapshot = record({
  kind: word<Kind>(), on: text, after: maybe(text), region: record({ id: text, name: text }), filter: dict(json), formula, percent: dict(number), most: number, slots: list(slot), candidates: list(candidate),
});
export type Candidate = Parsed<typeof candidate>;
export type Slot = Parsed<typeof slot>;
export type Snapshot = Parsed<typeof snapshot>;

export const parseLook = record({ snapshot, snapshot_hash: text, eligible: dict(number) });
export type LookedAt = Parsed<typeof parseLook>;

const result = record({ slot: text, drawn: list(text), reserve: list(text) });
const replacement = record({ slot: text, out: text, in: text, reason: text, at: number, by: text });
export const parseDraw = record({
  ...head,
  snapshot,
  snapshot_hash: text,
  seed: record({ period: text, lane: text, number, hash: text }),
  result: list(result),
  standing: list(record({ slot: text, ids: list(text) })),
  replacements: list(replacement),
  recused: list(record({ slot: text, id: text, why: list(text) })),
  plan_ids: dict(text),
  events: list(record({ what: text, at: number, name: maybe(text), about: maybe(text) })),
  knowers: list(maybe(text)),
});
export type Draw = Parsed<typeof parseDraw>;

const named = record({ key: text, name: label });
const cycle = record({ days: number, choices: list(number) });
export const parseFormulas = record({
  formulas: dict(dict(record({ label, terms: list(term) }))),
  source: record({ note: label }),
  cycles: record({ person_unit: cycle, regions: cycle }),
  fields: list(named),
  certificates: list(named),
});
export type Formulas = Parsed<typeof parseFormulas>;

const isInside = (one: Candidate, slot: string): boolean => one.out.length === 0 && !(slot in one.barred);

/** How likely each is to come first; of all of them at once, for there may be thousands. */
export const chancesOf = (snapshot: Snapshot, slot: string): ((one: Candidate) => number) => {
  const total = snapshot.candidates.reduce((sum, one) => sum + (isInside(one, slot) ? one.weight : 0), 0);
  return (one) => (total > 0 && isInside(one, slot) ? one.weight / total : 0);
};

export const nameOf = (snapshot: Snapshot, id: string): string => snapshot.candidates.find((one) => one.id === id)?.name ?? id;

export const parsePublished = record({
  code: text,
  purpose: text,
  operator: record({ name: text }),
  witness: record({ name: text, words: text }),
  drawn_at: number,
  snapshot,
  standing: list(record({ slot: text, ids: list(text) })),
  replacements: list(replacement),
  spoiled: maybe(spoiled),
});
