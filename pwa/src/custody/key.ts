/** The device's key: made once for each client, never given out, told to the server when there is a line. */
import { adoptEnd, dropKey, keepKey, markKey, readKey } from './store';
import type { Database } from '../data/database';
import { isRecord } from '../data/shape';
import { SESSION_LOCK, type Locks } from '../data/locks';
import type { DeviceKey } from '../data/tables';
import { toBase64 } from './bytes';
import { DEVICE_ALGORITHM, keyName, type Subtle } from './layout';

export interface CustodyPorts {
  readonly fetch: typeof fetch;
  readonly locks: Locks;
  readonly person: () => Promise<string | null>;
  /** Null on a page without https: then nothing is signed. */
  readonly subtle: Subtle | null;
}

const PATH = '/api/custody/device-keys';
const TIMEOUT_MS = 15_000;

const make = async (subtle: Subtle, client: string): Promise<DeviceKey> => {
  const pair = (await subtle.generateKey(DEVICE_ALGORITHM, false, ['sign', 'verify'])) as CryptoKeyPair;
  const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
  return { client, id: await keyName(subtle, spki), pair, publicKey: toBase64(spki), registered: false };
};

export const keyOf = async (db: Database, subtle: Subtle, client: string): Promise<DeviceKey> =>
  (await readKey(db, client)) ?? keepKey(db, await make(subtle, client));

/** Tells the server a public key. Null: the device has changed hands. */
export const tell = (db: Database, ports: CustodyPorts, path: string, key: Pick<DeviceKey, 'client' | 'publicKey'>): Promise<Response | null> =>
  ports.locks.hold(SESSION_LOCK, 'shared', async () => {
    if ((await ports.person()) !== db.user) return null;
    const asking = ports.fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ client: key.client, public_key: key.publicKey }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return asking.catch(() => Response.error());
  });

const CONFLICT = 409;
const UNKNOWN_PATH = 404;

/**
 * Tells the server the key and hears where its chain of this client stands. False: this server knows nothing of seals, or
 * the key is another's; nothing is signed then. A line that fails says nothing: what is signed can be proved once the key has come.
 */
export const register = async (db: Database, ports: CustodyPorts, key: DeviceKey): Promise<boolean> => {
  if (key.registered) return true;
  const response = await tell(db, ports, PATH, key);
  if (response === null || response.status === UNKNOWN_PATH) return false;
  if (response.status === CONFLICT) {
    await dropKey(db, key.client);
    return false;
  }
  if (!response.ok) return true;
  const told: unknown = await response.json();
  if (!isRecord(told) || told['key'] !== key.id) return false;
  const { mid, head } = told;
  if (typeof mid === 'number' && typeof head === 'string') await adoptEnd(db, { client: key.client, mid, head });
  await markKey(db, key.client, true);
  return true;
};
