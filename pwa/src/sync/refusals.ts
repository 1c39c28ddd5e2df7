/** Work that the server did not simply accept, and what a person can do about each piece. */
import { Dexie } from 'dexie';
import type { Database } from '../data/database';
import type { Mutation, MutationArgs, MutationName } from '../data/mutations';
import type { Entry, EntryState } from '../data/tables';
import { all } from '../data/view';
import type { Json } from '../data/shape';
import { commit } from './outbox';

export interface Refusal {
  /** The mutation's id. */
  readonly id: string;
  readonly status: 'rejected' | 'held' | 'parked';
  readonly name: string;
  readonly code: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly at: number;
  /** The server's case, null when the command never got that far (too big to send, say). */
  readonly problem: string | null;
  /** What was asked for; null when it was asked from another device. */
  readonly args: Readonly<Record<string, unknown>> | null;
  /** Commands that were built on this one and share its fate. */
  readonly dependants: readonly Entry[];
}

const SHOWN: readonly EntryState[] = ['refused', 'held', 'parked'];

const inState = (db: Database, states: readonly EntryState[]): Promise<Entry[]> =>
  Promise.all(
    states.map((state) =>
      db.outbox.where('[state+mid]').between([state, Dexie.minKey], [state, Dexie.maxKey]).toArray(),
    ),
  ).then((lists) => lists.flat());

const statusOf = (state: EntryState): Refusal['status'] =>
  state === 'held' || state === 'parked' ? state : 'rejected';

const fromEntry = (entry: Entry, entries: readonly Entry[]): Refusal => ({
  id: entry.id,
  status: statusOf(entry.state),
  name: entry.name,
  code: entry.code ?? 'unknown',
  params: entry.params,
  at: entry.at,
  problem: entry.problem,
  args: entry.args,
  dependants: entries.filter((other) => other.causes.includes(entry.id)),
});

/** Everything that waits for a decision, oldest first; a command that fell with its cause is inside the cause's card. */
export const refusals = async (db: Database): Promise<readonly Refusal[]> => {
  const entries = (await inState(db, SHOWN)).sort((a, b) => a.at - b.at);
  const ids = new Set(entries.map((entry) => entry.id));
  const heads = entries.filter((entry) => !entry.causes.some((cause) => ids.has(cause)));
  const told = (await all(db, 'outcome')).filter(({ status }) => ['rejected', 'held', 'parked'].includes(status));
  const known = await db.outbox.bulkGet(told.map(({ id }) => id));
  const elsewhere = told.filter((_outcome, i) => known[i] === undefined);
  return [
    ...heads.map((entry) => fromEntry(entry, entries)),
    ...elsewhere.map((outcome) => ({
      ...outcome,
      status: outcome.status as Refusal['status'],
      code: outcome.code ?? 'unknown',
      args: null,
      dependants: [],
    })),
  ];
};

const caseOf = async (db: Database, id: string): Promise<string | null> => {
  const entry = await db.outbox.get(id);
  return entry === undefined ? ((await all(db, 'outcome')).find((one) => one.id === id)?.problem ?? id) : entry.problem;
};

const handling = async (
  db: Database,
  id: string,
  act: MutationArgs['problem.handle']['act'],
  reason?: string,
): Promise<readonly Mutation[]> => {
  const problem = await caseOf(db, id);
  if (problem === null) return [];
  const args = { id: problem, act, ...(reason === undefined ? {} : { reason }) };
  return [{ name: 'problem.handle', args, causes: [id] }];
};

/** A person gives the piece up. The reason is recorded with the server's copy. */
export const discard = async (db: Database, id: string, reason: string): Promise<void> => {
  await commit(db, await handling(db, id, 'discard', reason), { settles: [id] });
};

/** A person passes the piece to the lead, who can accept it under their own name. */
export const handOver = async (db: Database, id: string, reason: string): Promise<void> => {
  await commit(db, await handling(db, id, 'handover', reason), { settles: [id] });
};

/** A corrected piece goes out in place of the refused one. Returns the new mutation's id. */
export const resend = async <N extends MutationName>(
  db: Database,
  id: string,
  name: N,
  args: MutationArgs[N],
): Promise<string> => {
  const again = { name, args, causes: [id] } as unknown as Mutation;
  const [fresh] = await commit(db, [again, ...(await handling(db, id, 'resent'))], { settles: [id] });
  return fresh ?? id;
};
