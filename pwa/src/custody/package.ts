/** Opens a sealed package: docs/visits-sealed.md in code, and the twin of server/visits/rules/sealing.py. */
import { isRecord } from '../data/shape';
import type { WrappedKey } from '../data/records-visits';
import { fromBase64, joined, toHex, utf8, type Bytes } from './bytes';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const SHARED_BITS = 256;
const IV = 12;
const LENGTH = 4;
const SALT = utf8('anxun-visit-wrap-1\n');
const KNOWN = 'anxun-visit-known-1\n';

/** What both the package and each locked key are bound to: which visit, and from when. */
export const boundTo = (visit: string, opensAt: number): Bytes => utf8(`anxun-visit-1\n${visit}\n${String(opensAt)}\n`);

const kekOf = async (subtle: SubtleCrypto, own: CryptoKey, visit: string, { epk, for: name }: WrappedKey): Promise<CryptoKey> => {
  const their = await subtle.importKey('raw', fromBase64(epk), CURVE, false, []);
  const bits = await subtle.deriveBits({ name: 'ECDH', public: their }, own, SHARED_BITS);
  const base = await subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: SALT, info: utf8(`${visit}\n${name}\n`) };
  return subtle.deriveKey(how, base, { name: 'AES-GCM', length: SHARED_BITS }, false, ['decrypt']);
};

export interface Sealed {
  readonly id: string;
  readonly opens_at: number;
}

/** The package's key out of what was locked for this phone. Throws when it was locked for another, or for another visit. */
export const unlock = async (subtle: SubtleCrypto, own: CryptoKey, { id, opens_at: opensAt }: Sealed, wrapped: WrappedKey): Promise<Bytes> => {
  const how = { name: 'AES-GCM', iv: fromBase64(wrapped.iv), additionalData: boundTo(id, opensAt) };
  return new Uint8Array(await subtle.decrypt(how, await kekOf(subtle, own, id, wrapped), fromBase64(wrapped.key)));
};

/** Shows the server that a member has the key, without telling it to whoever reads the command. */
export const checkOf = async (subtle: SubtleCrypto, visit: string, key: Bytes): Promise<string> =>
  toHex(new Uint8Array(await subtle.digest('SHA-256', joined(utf8(`${KNOWN}${visit}\n`), key))));

const inflate = async (packed: Bytes): Promise<string> => {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
};

export type PackageRow = readonly [etype: string, eid: string, data: Readonly<Record<string, unknown>>];

export interface OpenedPackage {
  readonly plan: Readonly<Record<string, unknown>>;
  readonly rows: readonly PackageRow[];
  readonly definitions: readonly string[];
  /** Versions that are pinned for the visit, whole: the newest may be others. */
  readonly pinned: readonly PinnedDefinition[];
}

export interface PinnedDefinition {
  readonly hash: string;
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const isRow = (raw: unknown): raw is PackageRow =>
  Array.isArray(raw) && typeof raw[0] === 'string' && typeof raw[1] === 'string' && isRecord(raw[2]);

const isPinned = (raw: unknown): raw is PinnedDefinition =>
  isRecord(raw) && typeof raw['hash'] === 'string' && typeof raw['key'] === 'string' && isRecord(raw['data']);

const parse = (raw: unknown): OpenedPackage => {
  if (!isRecord(raw) || !isRecord(raw['plan']) || !Array.isArray(raw['rows'])) throw new TypeError('not a package');
  const named = Array.isArray(raw['definitions']) ? raw['definitions'] : [];
  const pinned = Array.isArray(raw['pinned']) ? raw['pinned'].filter(isPinned) : [];
  return { plan: raw['plan'], rows: raw['rows'].filter(isRow), definitions: named.filter((one) => typeof one === 'string'), pinned };
};

/** Throws when the key is not this package's, or a byte of it was changed. */
export const readPackage = async (subtle: SubtleCrypto, { id, opens_at: opensAt }: Sealed, bytes: Bytes, key: Bytes): Promise<OpenedPackage> => {
  const secret = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const how = { name: 'AES-GCM', iv: bytes.slice(0, IV), additionalData: boundTo(id, opensAt) };
  const plain = new Uint8Array(await subtle.decrypt(how, secret, bytes.slice(IV)));
  const length = new DataView(plain.buffer).getUint32(0);
  return parse(JSON.parse(await inflate(plain.slice(LENGTH, LENGTH + length))));
};
