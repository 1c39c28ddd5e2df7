/** A package made by the server's own code is opened here, and by nothing else than its key. */
import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vector from '@contracts/vectors/visits.json';
import { fromBase64, toBase64, toHex, type Bytes } from './bytes';
import { checkOf, readPackage, unlock } from './package';

const { subtle } = webcrypto as unknown as Crypto;
const sealed = { id: vector.visit, opens_at: vector.opens_at };
const bytes = fromBase64(vector.package.base64);
const key = fromBase64(vector.content_key);

const deviceKey = (): Promise<CryptoKey> =>
  subtle.importKey('pkcs8', fromBase64(vector.device.pkcs8), { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
const flipped = (from: Bytes, at: number): Bytes => from.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('a sealed package', () => {
  it('gives its key to the phone for which it was locked', async () => {
    expect(toBase64(await unlock(subtle, await deviceKey(), sealed, vector.wrapped))).toBe(vector.content_key);
  });

  it.each([
    ['another visit', { ...sealed, id: '01a20000-0000-7000-8000-000000000049' }, vector.wrapped],
    ['another time', { ...sealed, opens_at: sealed.opens_at - 1 }, vector.wrapped],
    ['another device’s name', sealed, { ...vector.wrapped, for: '0'.repeat(32) }],
    ['a damaged key', sealed, { ...vector.wrapped, key: toBase64(flipped(fromBase64(vector.wrapped.key), 3)) }],
  ])('keeps it for %s', async (_what, visit, wrapped) => {
    await expect(unlock(subtle, await deviceKey(), visit, wrapped)).rejects.toThrow();
  });

  it('keeps it from another phone', async () => {
    const pair = (await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])) as CryptoKeyPair;
    await expect(unlock(subtle, pair.privateKey, sealed, vector.wrapped)).rejects.toThrow();
  });

  it('opens with its key, byte for byte what the server put in', async () => {
    expect(toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)))).toBe(vector.package.sha256);
    const { plan, rows, definitions } = vector.content;
    expect(await readPackage(subtle, sealed, bytes, key)).toEqual({ plan, rows, definitions, pinned: [] });
  });

  it.each([0, 20, bytes.length - 1])('does not open when byte %d was changed', async (at) => {
    await expect(readPackage(subtle, sealed, flipped(bytes, at), key)).rejects.toThrow();
  });

  it('does not open earlier by another time in the row', async () => {
    await expect(readPackage(subtle, { ...sealed, opens_at: 0 }, bytes, key)).rejects.toThrow();
  });

  it('has a length that tells nothing', () => {
    expect(bytes.length % 65_536).toBe(0);
  });

  it('proves to the server that a member holds the key', async () => {
    expect(await checkOf(subtle, vector.visit, key)).toBe(vector.check);
  });
});
