/**
 * The daily self-check: do phone and server hold the same rows? It finds what no other rule here would, a row that was
 * written past the change feed. A scope that differs is read anew.
 */
import { readMeta, writeMeta, type Database } from '../data/database';
import { parseJson } from '../data/json';
import { isRecord } from '../data/shape';
import type { Scope } from '../data/tables';
import type { Ports } from './ports';

const PATH = '/api/sync/v1/digest';
const DAY_MS = 86_400_000;

/** FNV-1a, 32 bit, over UTF-8: small enough to be the same on the server. */
export const fnv1a = (text: string): number => {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
};

interface Fingerprint {
  readonly count: number;
  readonly xor: number;
}

export const fingerprint = async (db: Database, scope: string): Promise<Fingerprint> => {
  let [count, xor] = [0, 0];
  await db.rows
    .where('scopes')
    .equals(scope)
    .each(({ etype, eid, rv }) => {
      count += 1;
      xor ^= fnv1a(`${etype}\n${eid}\n${String(rv)}`);
    });
  return { count, xor: xor >>> 0 };
};

const question = async (db: Database, { scope, cursor }: Scope): Promise<string> => {
  const { count, xor } = await fingerprint(db, scope);
  return JSON.stringify({
    scope,
    version: cursor?.[0] ?? 0,
    tag: cursor?.[1] ?? '',
    count,
    xor_hash: xor.toString(16).padStart(8, '0'),
  });
};

const ask = async (ports: Ports, body: string): Promise<unknown> => {
  try {
    const response = await ports.fetch(PATH, {
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    if (response.status !== 200 || response.headers.get('X-Sync') !== '1') return null;
    const answer = parseJson(await response.text());
    return isRecord(answer) ? answer['state'] : null;
  } catch {
    return null;
  }
};

const readAnew = (db: Database, scope: Scope): Promise<void> =>
  db.transaction('rw', db.scopes, async () => {
    const now = await db.scopes.get(scope.scope);
    if (now?.cursor?.[0] === scope.cursor?.[0]) await db.scopes.update(scope.scope, { cursor: null, complete: false });
  });

/** True when something differed, and another exchange has to put it right. */
export const checkScopes = async (db: Database, ports: Ports): Promise<boolean> => {
  const now = db.env.now();
  if (now - ((await readMeta(db, 'checked')) ?? 0) < DAY_MS) return false;
  let different = false;
  for (const scope of await db.scopes.filter(({ cursor }) => cursor !== null).toArray()) {
    const state = await ask(ports, await question(db, scope));
    if (state === null) return different;
    if (state !== 'different') continue;
    await readAnew(db, scope);
    different = true;
  }
  await writeMeta(db, 'checked', now);
  return different;
};
