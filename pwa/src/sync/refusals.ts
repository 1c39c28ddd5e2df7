/** Work that the server did not simply accept, what became of it, and what a person can do about each piece. */
import { Dexie } from 'dexie';
import type { Database } from '../data/database';
import type { Mutation, MutationArgs, MutationName } from '../data/mutations';
import type { Outcome } from '../data/records';
import type { Json } from '../data/shape';
import type { Entry, EntryState } from '../data/tables';
import { all } from '../data/view';
import { commit } from './outbox';

/** mine: the person's turn. waits: the server's. handed: the lead's. told: decided by somebody else, to be read. */
export type Stage = 'mine' | 'waits' | 'handed' | 'told';

export interface Piece {
  /** The mutation's id. */
  readonly id: string;
  readonly status: 'rejected' | 'held' | 'parked';
  readonly name: string;
  readonly code: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly at: number;
  /** What was asked for; null when it was asked from another device. */
  readonly args: Readonly<Record<string, unknown>> | null;
}

export interface Refusal extends Piece {
  readonly stage: Stage;
  /** The server's case, null when the command never got that far (too big to send, say). */
  readonly problem: string | null;
  /** What somebody last did about it. */
  readonly word: Outcome['word'];
  /** What falls or stands with this one. */
  readonly dependants: readonly Piece[];
}

interface Known extends Piece {
  readonly stage: Stage;
  readonly head: string | null;
  readonly problem: string | null;
  readonly word: Outcome['word'];
  readonly causes: readonly string[];
}

const SHOWN: readonly EntryState[] = ['refused', 'held', 'parked'];
const STATUSES: readonly string[] = ['rejected', 'held', 'parked'];
/** One reason for everything in it: forty answers of a closed record are one decision, as they are for the server. */
const COMMON = new Set(['inspection-locked', 'inspection-not-of-the-team', 'forbidden', 'not-found']);

const inState = (db: Database, states: readonly EntryState[]): Promise<Entry[]> =>
  Promise.all(
    states.map((state) =>
      db.outbox.where('[state+mid]').between([state, Dexie.minKey], [state, Dexie.maxKey]).toArray(),
    ),
  ).then((lists) => lists.flat());

const statusOf = (state: EntryState): Piece['status'] => (state === 'held' || state === 'parked' ? state : 'rejected');

const stageOf = (status: Piece['status'], outcome: Outcome | undefined): Stage => {
  if (outcome?.state === 'handed' || outcome?.state === 'told') return outcome.state;
  return status === 'rejected' ? 'mine' : 'waits';
};

const fromEntry = (entry: Entry, outcome: Outcome | undefined): Known => {
  const { id, name, params, at, problem, args, causes } = entry;
  const status = SHOWN.includes(entry.state) ? statusOf(entry.state) : ((outcome?.status ?? 'rejected') as Piece['status']);
  const code = entry.code ?? outcome?.code ?? 'unknown';
  return { id, name, params, at, problem, args, causes, status, code, stage: stageOf(status, outcome), ...standing(outcome) };
};

const standing = (outcome: Outcome | undefined): Pick<Known, 'head' | 'word'> => ({
  head: outcome?.head ?? null,
  word: outcome?.word ?? null,
});

const fromOutcome = (outcome: Outcome): Known => ({
  ...outcome,
  status: outcome.status as Piece['status'],
  stage: stageOf(outcome.status as Piece['status'], outcome),
  code: outcome.code ?? 'unknown',
  args: null,
  causes: [],
});

/** What this phone has settled stays away, until the server says that it is a person's turn again. */
const isBack = ({ state, word }: Outcome): boolean =>
  state !== 'open' || word?.act === 'return' || word?.act === 'undo';

const gather = async (db: Database): Promise<readonly Known[]> => {
  const told = (await all(db, 'outcome')).filter(({ status }) => STATUSES.includes(status));
  const outcomes = new Map(told.map((outcome) => [outcome.id, outcome]));
  const shown = await inState(db, SHOWN);
  const seen = new Set(shown.map(({ id }) => id));
  const others = told.filter(({ id }) => !seen.has(id));
  const entries = await db.outbox.bulkGet(others.map(({ id }) => id));
  const back = others.flatMap((outcome, i): Known[] => {
    const entry = entries[i];
    if (entry === undefined) return [fromOutcome(outcome)];
    return entry.state !== 'queued' && isBack(outcome) ? [fromEntry(entry, outcome)] : [];
  });
  return [...shown.map((entry) => fromEntry(entry, outcomes.get(entry.id))), ...back].sort((a, b) => a.at - b.at);
};

const alike = (a: Known, b: Known): boolean =>
  COMMON.has(a.code) && a.code === b.code && a.stage === b.stage && subject(a) !== '' && subject(a) === subject(b);

const subject = ({ args }: Known): string => String(args?.['inspection'] ?? '');

/** The piece whose decision this one shares: the server's word, else its cause, else the first that was refused alike. */
const headOf = (one: Known, known: readonly Known[]): Known => {
  const named = known.find(({ id }) => id === one.head) ?? known.find(({ id }) => one.causes.includes(id));
  if (named !== undefined && named.id !== one.id) return headOf(named, known.filter((other) => other !== one));
  return known.find((other) => alike(other, one)) ?? one;
};

/** Everything that waits for a decision or tells of one, oldest first; what falls together is one card. */
export const refusals = async (db: Database): Promise<readonly Refusal[]> => {
  const known = await gather(db);
  const heads = new Map(known.map((one) => [one, headOf(one, known)]));
  return known
    .filter((one) => heads.get(one) === one && (one.head === null || one.args !== null))
    .map((head) => ({ ...head, dependants: known.filter((one) => one !== head && heads.get(one) === head) }));
};

const caseOf = async (db: Database, id: string): Promise<string | null> => {
  const entry = await db.outbox.get(id);
  return entry === undefined ? ((await all(db, 'outcome')).find((one) => one.id === id)?.problem ?? id) : entry.problem;
};

type Act = MutationArgs['problem.handle']['act'];

const handling = async (db: Database, id: string, act: Act, reason?: string): Promise<readonly Mutation[]> => {
  const problem = await caseOf(db, id);
  if (problem === null) return [];
  const args = { id: problem, act, ...(reason === undefined ? {} : { reason }) };
  return [{ name: 'problem.handle', args, causes: [id] }];
};

/** The whole card, as the server will group it and as this phone does: whichever knows more. */
const wholeCard = async (db: Database, id: string): Promise<readonly string[]> => {
  const card = (await refusals(db)).find((one) => one.id === id);
  return [id, ...(card?.dependants ?? []).map((piece) => piece.id)];
};

const decide = async (db: Database, id: string, act: Act, reason?: string): Promise<readonly string[]> => {
  const ids = await wholeCard(db, id);
  const told = await Promise.all(ids.map((one) => handling(db, one, act, reason)));
  await commit(db, told.flat(), { settles: ids });
  return ids;
};

/** A person gives the card up. The reason is recorded with the server's copy. Returns what `undo` needs. */
export const discard = (db: Database, id: string, reason: string): Promise<readonly string[]> =>
  decide(db, id, 'discard', reason);

/** A person passes the card to the lead, who can accept it under their own name. Returns what `undo` needs. */
export const handOver = (db: Database, id: string, reason: string): Promise<readonly string[]> =>
  decide(db, id, 'handover', reason);

/** A person has read what somebody else decided. */
export const markSeen = async (db: Database, id: string): Promise<void> => {
  await decide(db, id, 'seen');
};

/** Takes the last decision back. */
export const undo = async (db: Database, ids: readonly string[]): Promise<void> => {
  const told = await Promise.all(ids.map((one) => handling(db, one, 'undo')));
  await commit(db, told.flat(), { reopens: ids });
};

/** A corrected piece goes out in place of the refused one; what hung on it waits for it. Returns the new mutation's id. */
export const resend = async <N extends MutationName>(
  db: Database,
  id: string,
  name: N,
  args: MutationArgs[N],
): Promise<string> => {
  const [, ...others] = await wholeCard(db, id);
  const again = { name, args, causes: [id] } as unknown as Mutation;
  const told = await handling(db, id, 'resent');
  const [fresh] = await commit(db, [again, ...told], { settles: [id], awaits: others });
  return fresh ?? id;
};
