/** Ties what waits to be sent into the chain, in its order. Two hashes for each command, far from any tap. */
import { readMeta, type Database } from '../data/database';
import { isTied, keepLinks, linkBefore, waiting, type Tied } from './store';
import type { Entry } from '../data/tables';
import { digestOf, linkOf, originOf, type Subtle } from './layout';

const beginning = async (db: Database, subtle: Subtle, client: string, mid: number): Promise<string | null> =>
  (await linkBefore(db, client, mid)) ?? (mid === 1 ? originOf(subtle, client) : null);

/** The digest that was taken at the commit stands, whatever the arguments say by now. */
const digested = (subtle: Subtle, entry: Entry): Promise<string> =>
  entry.digest === undefined ? digestOf(subtle, entry, JSON.stringify(entry.args)) : Promise.resolve(entry.digest);

const tieAll = async (db: Database, subtle: Subtle, client: string, entries: readonly Entry[]): Promise<Tied[]> => {
  const made: Tied[] = [];
  const first = entries[0];
  if (first === undefined) return made;
  let prev = await beginning(db, subtle, client, first.mid);
  for (const [i, entry] of entries.entries()) {
    // A hole in the numbers is for the server to find; the chain does not go across it.
    if (prev === null || entry.mid !== first.mid + i) break;
    const digest = await digested(subtle, entry);
    const value = await linkOf(subtle, prev, digest);
    made.push({ id: entry.id, mid: entry.mid, digest, link: { client, mid: entry.mid, prev, value } });
    prev = value;
  }
  return made;
};

/** Harmless when run twice or in two tabs at once: both make the same links. */
export const tie = async (db: Database, subtle: Subtle): Promise<void> => {
  const client = (await readMeta(db, 'client'))?.id;
  if (client === undefined) return;
  const entries = await waiting(db);
  const from = entries.findIndex((entry) => !isTied(entry, client));
  if (from >= 0) await keepLinks(db, await tieAll(db, subtle, client, entries.slice(from)));
};
