/**
 * Two words on one field. Nothing that somebody said is lost without somebody deciding.
 *
 * A field keeps every word that no later word has answered. A new word replaces those its author
 * had seen (their revision is not above its base) and the author's own earlier ones from the same
 * phone; beside the others it stands as a second word until a person resolves them. Which words
 * remain does not depend on the order in which they arrive.
 */
import type { Value } from './definition';
import type { Candidate, Conflict, FieldState, Incoming, Merged } from './shapes';
import { isText, same } from './values';

// The worse result stands, so that a slip of one thumb cannot hide what another person saw.
const SEVERITY = new Map<Value, number>([
  ['pass', 1],
  ['na', 2],
  ['unable', 3],
  ['fail', 4],
]);
const TEXTS: readonly string[] = ['note', 'reason'];

/** Add a word to a field; apply the result's `state`, and show its `conflict` to people. */
export function mergeField(field: string, current: FieldState | null, incoming: Incoming): Merged {
  const words = current === null ? [] : (current.candidates ?? [current]);
  const others = words.filter((word) => word.rev > incoming.base && !isSamePhone(word, incoming));
  const mine = candidate(incoming, (current?.rev ?? 0) + 1);
  const merged = state(field, [...others, mine], mine);
  const isAsBefore = current !== null && same(current.v, merged.v);
  return {
    outcome: outcome(others, mine, isAsBefore),
    state: merged,
    conflict: conflict(field, [...others, mine]),
  };
}

// A phone's words arrive in the order they were said, so its newer one answers its older.
const isSamePhone = (word: Candidate, incoming: Incoming): boolean =>
  word.client !== undefined && word.client === incoming.client;

const candidate = ({ v, by, at, client, how, of }: Incoming, rev: number): Candidate => ({
  v,
  rev,
  by,
  at,
  ...(client === undefined ? {} : { client }),
  ...(how === undefined ? {} : { how }),
  ...(of === undefined ? {} : { of }),
});

function outcome(others: readonly Candidate[], mine: Candidate, isAsBefore: boolean): Merged['outcome'] {
  if (others.some((word) => !same(word.v, mine.v))) return 'merged';
  return others.length > 0 && isAsBefore ? 'noop' : 'applied';
}

function state(field: string, words: readonly Candidate[], mine: Candidate): FieldState {
  return {
    ...standing(field, words, mine),
    rev: mine.rev,
    ...(TEXTS.includes(field) ? { v: joined(words) } : {}),
    ...(words.length > 1 ? { candidates: words } : {}),
  };
}

function standing(field: string, words: readonly Candidate[], mine: Candidate): Candidate {
  if (field === 'result') return [...words].sort(worstFirst)[0] ?? mine;
  if (TEXTS.includes(field)) return [...words].sort(newestFirst)[0] ?? mine;
  return words.reduce((best, word) => (word.rev > best.rev ? word : best), mine);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byOrigin = (a: Candidate, b: Candidate): number =>
  compare(a.by, b.by) || compare(a.client ?? '', b.client ?? '') || a.at - b.at;

const worstFirst = (a: Candidate, b: Candidate): number =>
  (SEVERITY.get(b.v) ?? 0) - (SEVERITY.get(a.v) ?? 0) || byOrigin(a, b);

const newestFirst = (a: Candidate, b: Candidate): number =>
  b.at - a.at || compare(a.by, b.by) || compare(a.client ?? '', b.client ?? '');

/** Keep both notes: the newest first, each text once. */
function joined(words: readonly Candidate[]): Value {
  const ordered = [...words].sort(newestFirst);
  const texts = new Set(ordered.map((word) => word.v).filter(isText));
  return texts.size > 0 ? [...texts].join('\n') : (ordered[0]?.v ?? null);
}

function conflict(field: string, words: readonly Candidate[]): Conflict | null {
  if (TEXTS.includes(field) || words.every((word) => same(word.v, words[0]?.v ?? null))) return null;
  return {
    values: [...words].sort(byOrigin).map(({ v, by, at }) => ({ v, by, at })),
    audience: new Set(words.map((word) => word.by)).size > 1 ? 'team' : 'author',
  };
}
