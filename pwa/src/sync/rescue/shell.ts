/**
 * The shell of a rescue file: one line that says how it is locked, then sealed pieces. docs/rescue.md says the same in
 * words; the server reads it in server/rescue/shell.py.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** The bureau's public key, as the server tells it. */
export interface BureauKey {
  readonly id: string;
  /** The uncompressed point on P-256, base64. */
  readonly point: string;
}

export type Lock = { readonly kind: 'passphrase'; readonly words: string } | { readonly kind: 'bureau'; readonly key: BureauKey };

/** What is needed to seal the next piece. Stored with an unfinished file; the key cannot be read out of it. */
export interface Sealing {
  readonly key: CryptoKey;
  readonly line: Bytes;
}

export const PIECE = 1_048_576;
export const ROUNDS = 600_000;
export const SHORTEST = 8;
const INFO = 'anxun-rescue-1';

const encode = (text: string): Bytes => new TextEncoder().encode(text);

export const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Full-width letters of a Chinese keyboard are the same words. */
export const plainWords = (words: string): string => words.normalize('NFKC').trim();

const AES = { name: 'AES-GCM', length: 256 } as const;

const byPassphrase = async (words: string, salt: Bytes): Promise<{ key: CryptoKey; lock: object }> => {
  const material = await crypto.subtle.importKey('raw', encode(plainWords(words)), 'PBKDF2', false, ['deriveKey']);
  const way = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  const key = await crypto.subtle.deriveKey(way, material, AES, false, ['encrypt']);
  return { key, lock: { kind: 'passphrase', rounds: ROUNDS, salt: toBase64(salt) } };
};

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;

const byBureau = async (bureau: BureauKey, salt: Bytes): Promise<{ key: CryptoKey; lock: object }> => {
  const theirs = await crypto.subtle.importKey('raw', fromBase64(bureau.point), CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const way = { name: 'HKDF', hash: 'SHA-256', salt, info: encode(INFO) };
  const key = await crypto.subtle.deriveKey(way, material, AES, false, ['encrypt']);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
  return { key, lock: { kind: 'bureau', id: bureau.id, point: toBase64(point), salt: toBase64(salt) } };
};

/** A new key for a new file; two files never share one. */
export const beginSealing = async (lock: Lock, madeAt: number, app: string): Promise<Sealing> => {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const made = lock.kind === 'passphrase' ? await byPassphrase(lock.words, salt) : await byBureau(lock.key, salt);
  const head = { anxun: 'rescue', v: 1, made_at: madeAt, app, key: made.lock };
  return { key: made.key, line: encode(`${JSON.stringify(head)}\n`) };
};

const nonce = (number: number, last: boolean): Bytes => {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setBigUint64(3, BigInt(number));
  bytes[11] = last ? 1 : 0;
  return bytes;
};

/** One piece with its length in front. `last` closes the file: a file without it is seen to be cut. */
export const sealPiece = async ({ key, line }: Sealing, plain: Bytes, number: number, last: boolean): Promise<Bytes> => {
  const bound = await crypto.subtle.digest('SHA-256', line);
  const way = { name: 'AES-GCM', iv: nonce(number, last), additionalData: bound };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(way, key, plain));
  const piece = new Uint8Array(4 + sealed.length);
  new DataView(piece.buffer).setUint32(0, sealed.length);
  piece.set(sealed, 4);
  return piece;
};
