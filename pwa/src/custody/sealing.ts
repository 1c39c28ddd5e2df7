/** The key for which packages are locked to this phone, made once for each client and never given out. */
import type { Database } from '../data/database';
import type { SealingKey } from '../data/tables';
import { toBase64 } from './bytes';
import { tell, type CustodyPorts } from './key';
import type { Subtle } from './layout';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const PATH = '/api/custody/sealing-keys';
const CONFLICT = 409;

const make = async (subtle: Subtle, client: string): Promise<SealingKey> => {
  const pair = (await subtle.generateKey(CURVE, false, ['deriveBits'])) as CryptoKeyPair;
  const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
  return { client, pair, publicKey: toBase64(spki), registered: false };
};

/** Of two tabs that made a key at once, the first one's is kept. */
const keep = (db: Database, key: SealingKey): Promise<SealingKey> =>
  db.transaction('rw', db.sealing, async () => {
    const known = await db.sealing.get(key.client);
    if (known !== undefined) return known;
    await db.sealing.add(key);
    return key;
  });

const keyOf = async (db: Database, subtle: Subtle, client: string): Promise<SealingKey> =>
  (await db.sealing.get(client)) ?? keep(db, await make(subtle, client));

/**
 * Makes the key and tells the server its public half, once; true when it was told now. A line that fails, or an older server, is
 * tried again later.
 */
export const prepareSealing = async (db: Database, ports: CustodyPorts & { readonly subtle: Subtle }, client: string): Promise<boolean> => {
  const key = await keyOf(db, ports.subtle, client);
  if (key.registered) return false;
  const response = await tell(db, ports, PATH, key);
  if (response?.status === CONFLICT) await db.sealing.delete(client);
  if (response?.ok !== true) return false;
  await db.sealing.update(client, { registered: true });
  return true;
};
