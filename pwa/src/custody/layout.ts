/** The bytes that are hashed and signed: docs/custody.md in code, and the twin of server/custody/rules/layout.py. */
import type { Envelope } from '../data/tables';
import { fromBase64, fromHex, joined, toHex, utf8, type Bytes } from './bytes';

/** WebCrypto as far as custody needs it. */
export type Subtle = Pick<SubtleCrypto, 'digest' | 'sign' | 'verify' | 'generateKey' | 'exportKey' | 'importKey'>;

/** What is signed of one push, as it travels. */
export interface Seal {
  readonly key: string;
  readonly mid: number;
  readonly prev: string;
  readonly head: string;
  readonly sig: string;
}

export const DEVICE_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER_ALGORITHM = { name: 'Ed25519' } as const;

export const sha256 = async (subtle: Subtle, bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await subtle.digest('SHA-256', bytes));

const field = (bytes: Bytes): Bytes => joined(utf8(`${String(bytes.length)}:`), bytes, utf8(','));

type Told = Pick<Envelope, 'id' | 'name' | 'v' | 'at' | 'blobs'>;

/** `args` is the text as it travels. */
export const digestOf = async (subtle: Subtle, told: Told, args: string): Promise<string> => {
  const fields = [told.id, told.name, String(told.v), String(told.at), args, told.blobs.join(',')];
  const bytes = joined(utf8('anxun-mutation-1\n'), ...fields.map((text) => field(utf8(text))));
  return toHex(await sha256(subtle, bytes));
};

export const originOf = async (subtle: Subtle, client: string): Promise<string> =>
  toHex(await sha256(subtle, utf8(`anxun-chain-1\n${client}`)));

export const linkOf = async (subtle: Subtle, before: string, digest: string): Promise<string> =>
  toHex(await sha256(subtle, joined(fromHex(before), fromHex(digest))));

export const sealText = (client: string, mid: number, prev: string, head: string): Bytes =>
  utf8(`anxun-seal-1\n${client}\n${String(mid)}\n${prev}\n${head}\n`);

const KEY_NAME = 32;

/** A key's name: the beginning of its own hash. */
export const keyName = async (subtle: Subtle, publicKey: Bytes): Promise<string> =>
  toHex(await sha256(subtle, publicKey)).slice(0, KEY_NAME);

const RECEIPT = 'anxun-receipt-1\n';

/** Throws where this browser does not know Ed25519, or the key or the signature is no base64. */
export const serverSigned = async (subtle: Subtle, publicKey: string, payload: string, signature: string): Promise<boolean> => {
  const key = await subtle.importKey('spki', fromBase64(publicKey), SERVER_ALGORITHM, false, ['verify']);
  return subtle.verify(SERVER_ALGORITHM, key, fromBase64(signature), utf8(RECEIPT + payload));
};
