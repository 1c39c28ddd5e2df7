/** The same bytes as on the server: contracts/vectors/custody.json. */
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromHex, toBase64, toHex } from './bytes';
import { DEVICE_ALGORITHM, digestOf, keyName, linkOf, originOf, sealText, serverSigned } from './layout';

interface Vectors {
  readonly client: string;
  readonly origin: string;
  readonly mutations: readonly {
    readonly mid: number;
    readonly id: string;
    readonly name: string;
    readonly v: number;
    readonly at: number;
    readonly args: string;
    readonly blobs: readonly string[];
    readonly digest: string;
    readonly link: string;
  }[];
  readonly device: { readonly id: string; readonly public_key: string };
  readonly seals: readonly { readonly after: number; readonly text: string; readonly seal: Record<'key' | 'prev' | 'head' | 'sig', string> & { mid: number } }[];
  readonly server: { readonly id: string; readonly public_key: string };
  readonly receipts: readonly { readonly payload: string; readonly signature: string }[];
}

const vectors = JSON.parse(readFileSync('../contracts/vectors/custody.json', 'utf8')) as Vectors;
const { subtle } = webcrypto as unknown as Crypto;

test('digests and links are those of the vectors', async () => {
  let link = await originOf(subtle, vectors.client);
  expect(link).toBe(vectors.origin);
  for (const mutation of vectors.mutations) {
    const digest = await digestOf(subtle, mutation, mutation.args);
    expect(digest).toBe(mutation.digest);
    link = await linkOf(subtle, link, digest);
    expect(link).toBe(mutation.link);
  }
});

test('what this phone writes as JSON is the text that was hashed', () => {
  for (const { args } of vectors.mutations) expect(JSON.stringify(JSON.parse(args))).toBe(args);
});

describe('seals', () => {
  test.each(vectors.seals)('after $after', async ({ seal, text }) => {
    const said = sealText(vectors.client, seal.mid, seal.prev, seal.head);
    expect(new TextDecoder().decode(said)).toBe(text);
    const key = await subtle.importKey('spki', fromBase64(vectors.device.public_key), DEVICE_ALGORITHM, false, ['verify']);
    expect(await subtle.verify(DEVICE_ALGORITHM, key, fromBase64(seal.sig), said)).toBe(true);
    expect(seal.key).toBe(await keyName(subtle, fromBase64(vectors.device.public_key)));
  });
});

test('a receipt holds for its own text and key alone', async () => {
  for (const { payload, signature } of vectors.receipts) {
    expect(await serverSigned(subtle, vectors.server.public_key, payload, signature)).toBe(true);
    expect(await serverSigned(subtle, vectors.server.public_key, payload.replace('412345', '412346'), signature)).toBe(false);
  }
});

test('bytes survive their spellings', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_none, i) => i);
  expect(fromHex(toHex(bytes))).toEqual(bytes);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});
