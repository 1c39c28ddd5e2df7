/** Opening a sealed visit: by time on one of the leader's phones, or with the key that the leader's phone shows. */
import { postJson } from '@/data/api';
import type { Database } from '@/data/database';
import type { Visit, WrappedKey } from '@/data/records-visits';
import { list, record, text } from '@/data/shape';
import { view } from '@/data/view';
import { fromBase64, toBase64, type Bytes } from '@/custody/bytes';
import { checkOf, readPackage, unlock, type OpenedPackage } from '@/custody/package';
import { layPackage } from '@/sync/laid';
import { commit } from '@/sync/outbox';
import { codeOf, readCode } from './code';
import { keepTime, momentOf } from './time';

/**
 * Why it stays closed. early, unsure: the time. no-package: not downloaded. no-key: locked for other phones. online: the key is
 * given out by the server, and there is no line. damaged: the bytes do not open. unable: a browser without what it takes.
 */
export type Closed = 'early' | 'unsure' | 'no-package' | 'no-key' | 'online' | 'damaged' | 'unable' | 'over';
/** What a scanned code was instead. */
export type WrongCode = 'not-a-code' | 'not-yours' | 'no-package' | 'damaged' | 'unable';

const subtleOf = (): SubtleCrypto | undefined => (globalThis.crypto as Partial<Crypto>).subtle;
const isAble = (): boolean => subtleOf() !== undefined && typeof DecompressionStream !== 'undefined';

const parseKeys = record({ wrapped: list(record({ client: text, for: text, epk: text, iv: text, key: text })) });

/** The key of this visit, out of what is locked for a key of this browser. */
const keyFrom = async (db: Database, visit: Visit, wrapped: readonly WrappedKey[]): Promise<Bytes | null> => {
  for (const one of wrapped) {
    const own = await db.sealing.get(one.client);
    const found = own && (await unlock(crypto.subtle, own.pair.privateKey, visit, one).catch(() => null));
    if (found) return found;
  }
  return null;
};

const askForKey = async (db: Database, visit: Visit): Promise<Bytes | 'early' | 'online' | 'no-key'> => {
  const answer = await postJson(`/api/visits/${visit.id}/keys`, {}, parseKeys);
  if (answer.ok) return (await keyFrom(db, visit, answer.value.wrapped)) ?? 'no-key';
  if (answer.offline === true) return visit.key_release === 'online' ? 'online' : 'no-key';
  return answer.problem.code === 'visit-not-yet' ? 'early' : 'no-key';
};

const lay = async (db: Database, visit: Visit, opened: OpenedPackage, key: Bytes): Promise<void> => {
  await layPackage(db, visit.id, opened);
  await db.packages.update(visit.id, { key: toBase64(key) });
};

const read = async (db: Database, visit: Visit, key: Bytes): Promise<OpenedPackage | 'no-package' | 'damaged'> => {
  const stored = await db.packages.get(visit.id);
  if (stored === undefined) return 'no-package';
  return readPackage(crypto.subtle, visit, new Uint8Array(stored.bytes), key).catch(() => 'damaged' as const);
};

/** Null: it is open, and that is on the disk. */
export async function openByTime(db: Database, visit: Visit): Promise<Closed | null> {
  if (!isAble()) return 'unable';
  if (visit.state !== 'sealed') return visit.state === 'opened' ? null : 'over';
  const moment = momentOf(await keepTime(db), visit.opens_at);
  if (moment !== 'open') return moment;
  const key = (await keyFrom(db, visit, visit.wrapped)) ?? (await askForKey(db, visit));
  if (typeof key === 'string') return key;
  const opened = await read(db, visit, key);
  if (typeof opened === 'string') return opened;
  await lay(db, visit, opened, key);
  await commit(db, [{ name: 'visit.open', args: { id: visit.id, opened_at: db.env.now(), how: 'time' } }]);
  return null;
}

/** The id of the visit that the code opened. */
export async function openByCode(db: Database, scanned: string): Promise<{ readonly id: string } | WrongCode> {
  if (!isAble()) return 'unable';
  const code = readCode(scanned);
  if (code === null) return 'not-a-code';
  const visit = await view(db).get('visit', code.id);
  if (visit === undefined) return 'not-yours';
  const opened = await read(db, visit, code.key);
  if (typeof opened === 'string') return opened;
  await lay(db, visit, opened, code.key);
  const check = await checkOf(crypto.subtle, visit.id, code.key);
  const args = { id: visit.id, opened_at: db.env.now(), how: 'member-code', check } as const;
  if (visit.state === 'sealed') await commit(db, [{ name: 'visit.open', args }]);
  return { id: visit.id };
}

/** What the leader's phone shows to a colleague without a signal; null where it was not opened here. */
export async function teamCode(db: Database, visit: string): Promise<string | null> {
  const key = (await db.packages.get(visit))?.key;
  return key === undefined ? null : codeOf(visit, fromBase64(key));
}
