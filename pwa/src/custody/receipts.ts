/** The server's receipts, checked against its public keys as this phone knows them. */
import { readMeta, writeMeta, type Database } from '../data/database';
import type { Receipt } from '../data/records';
import { dict, isRecord, json, list, maybe, number, record, text, type Parsed } from '../data/shape';
import type { ServerKey } from '../data/tables';
import { fromBase64 } from './bytes';
import { keyName, serverSigned, type Subtle } from './layout';

/** holds: signed by a key of the server. broken: not. unknown: the key is not here yet. unable: this browser cannot say. */
export type Proof = 'holds' | 'broken' | 'unknown' | 'unable';

const said = record({
  kind: text,
  photo: text,
  sha256: text,
  inspection: text,
  number: maybe(text),
  record: text,
  photos: number,
  submitted_at: number,
  device_submitted_at: number,
  done_at: number,
  chains: list(dict(json)),
  key: text,
});
export type Said = Parsed<typeof said>;

/** What a receipt says; empty fields for a payload that cannot be read. */
export const saidBy = ({ payload }: Receipt): Said => {
  try {
    return said(JSON.parse(payload));
  } catch {
    return said({});
  }
};

const serverKey = record({
  id: text,
  use: text,
  algorithm: text,
  public_key: text,
  from: number,
  until: maybe(number),
});

const PATH = '/api/ref/keys.json';

/** A key once known stays known: a server that denies an old one is contradicted by the phone. */
export const learnKeys = async (db: Database, fetching: typeof fetch, subtle: Subtle): Promise<readonly ServerKey[]> => {
  const known = (await readMeta(db, 'serverKeys')) ?? [];
  const response = await fetching(PATH, { credentials: 'same-origin', redirect: 'manual' });
  if (!response.ok) return known;
  const body: unknown = await response.json();
  const told = isRecord(body) ? list(serverKey)(body['keys']) : [];
  const fresh: ServerKey[] = [];
  for (const key of told) {
    const isKnown = known.some(({ id }) => id === key.id);
    if (!isKnown && (await keyName(subtle, fromBase64(key.public_key))) === key.id) fresh.push(key);
  }
  const all = [...known, ...fresh];
  if (fresh.length > 0) await writeMeta(db, 'serverKeys', all);
  return all;
};

const keyFor = async (db: Database, fetching: typeof fetch, subtle: Subtle, id: string): Promise<ServerKey | undefined> => {
  const known = ((await readMeta(db, 'serverKeys')) ?? []).find((key) => key.id === id);
  return known ?? (await learnKeys(db, fetching, subtle)).find((key) => key.id === id);
};

/** What the row says beside the payload is not signed: it must agree with what is. */
const agrees = (receipt: Receipt): boolean => {
  const told = saidBy(receipt);
  return told.kind === receipt.kind && told.key === receipt.key && (told.photo || told.inspection) === receipt.subject_id;
};

export const prove = async (db: Database, receipt: Receipt, fetching: typeof fetch, subtle: Subtle | undefined): Promise<Proof> => {
  if (subtle === undefined) return 'unable';
  const key = await keyFor(db, fetching, subtle, receipt.key).catch(() => undefined);
  if (key === undefined) return 'unknown';
  try {
    const holds = await serverSigned(subtle, key.public_key, receipt.payload, receipt.signature);
    return holds && agrees(receipt) ? 'holds' : 'broken';
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unable' : 'broken';
  }
};
