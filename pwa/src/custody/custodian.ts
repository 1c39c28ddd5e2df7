/**
 * Signs what is sent. Whatever is missing or goes wrong here (no WebCrypto, a browser that keeps no keys, an older server)
 * means "no seal" and nothing else: the work goes out in any case.
 */
import { isTied, markKey } from './store';
import { readMeta, type Database } from '../data/database';
import type { DeviceKey, Entry, Link } from '../data/tables';
import { toBase64 } from './bytes';
import { tie } from './chain';
import { keyOf, register, type CustodyPorts } from './key';
import { DEVICE_ALGORITHM, sealText, type Seal, type Subtle } from './layout';
import { learnKeys } from './receipts';
import { prepareSealing } from './sealing';

const linksOf = async (db: Database, client: string, batch: readonly Entry[]): Promise<Link[] | null> => {
  const stored = await db.outbox.bulkGet(batch.map((entry) => entry.id));
  const links: Link[] = [];
  for (const [i, entry] of stored.entries()) {
    if (entry === undefined || entry.mid !== batch[i]?.mid || !isTied(entry, client)) return null;
    const before = links.at(-1);
    if (before !== undefined && before.value !== entry.link.prev) return null;
    links.push(entry.link);
  }
  return links;
};

const signed = async (subtle: Subtle, key: DeviceKey, first: Link, last: Link): Promise<Seal> => {
  const text = sealText(last.client, last.mid, first.prev, last.value);
  const sig = new Uint8Array(await subtle.sign(DEVICE_ALGORITHM, key.pair.privateKey, text));
  return { key: key.id, mid: last.mid, prev: first.prev, head: last.value, sig: toBase64(sig) };
};

const seal = async (
  db: Database,
  ports: CustodyPorts & { readonly subtle: Subtle },
  client: string,
  batch: readonly Entry[],
): Promise<Seal | null> => {
  const key = await keyOf(db, ports.subtle, client);
  if (!(await register(db, ports, key))) return null;
  await tie(db, ports.subtle);
  const links = await linksOf(db, client, batch);
  const [first, last] = [links?.[0], links?.at(-1)];
  return first === undefined || last === undefined ? null : signed(ports.subtle, key, first, last);
};

export interface Custodian {
  /** Ties what was written lately; call when the phone has nothing better to do. */
  readonly tie: (db: Database) => Promise<void>;
  /** The signature over a batch, or null. Never throws. */
  readonly seal: (db: Database, client: string, batch: readonly Entry[]) => Promise<Seal | null>;
  /** The server did not find the seal in order: the key is told again, and where its chain stands is asked. */
  readonly heard: (db: Database, client: string) => Promise<void>;
  /** Makes and registers the keys ahead of the first work. True when the server could not lock anything for this phone before. */
  readonly prepare: (db: Database) => Promise<boolean>;
}

const prepare = async (db: Database, ports: CustodyPorts & { readonly subtle: Subtle }): Promise<boolean> => {
  const client = (await readMeta(db, 'client'))?.id;
  if (client === undefined) return false;
  await register(db, ports, await keyOf(db, ports.subtle, client)).catch(() => false);
  // A signed tag is looked at where there is no line: the server's keys have to be here before.
  await learnKeys(db, ports.fetch, ports.subtle).catch(() => []);
  return prepareSealing(db, ports, client);
};

export const custodian = (ports: CustodyPorts): Custodian => {
  const { subtle } = ports;
  const able = subtle === null ? null : { ...ports, subtle };
  return {
    tie: (db) => (able === null ? Promise.resolve() : tie(db, able.subtle)),
    seal: async (db, client, batch) => (able === null ? null : seal(db, able, client, batch).catch(() => null)),
    heard: (db, client) => (able === null ? Promise.resolve() : markKey(db, client, false)),
    prepare: async (db) => able !== null && prepare(db, able).catch(() => false),
  };
};
