/** A list of seeds that somebody saved: what it shows, what it does not, and that no change of it goes unseen. */
import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import vectors from '@contracts/vectors/random-draw.json';
import { fromHex, joined, toBase64, toHex, utf8 } from '@/custody/bytes';
import { keyName, sha256, type Subtle } from '@/custody/layout';
import type { Json } from '@/data/shape';
import { isOfficial, isSeedList, lookAtSeeds } from './committed';
import { canonical, type Fields } from './replay';

const subtle = webcrypto.subtle as unknown as Subtle;
const file = vectors.file as unknown as Fields;
const seed = vectors.file.seed;
const FORMAT = 'anxun-draw-seeds-1';
let keys: CryptoKeyPair;

beforeAll(async () => {
  keys = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
});

async function signed(told: Fields): Promise<Fields> {
  const publicKey = new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey));
  const signature = new Uint8Array(await webcrypto.subtle.sign('Ed25519', keys.privateKey, utf8(`${FORMAT}\n${canonical(told as Json)}`)));
  return { ...told, signed: { key: await keyName(subtle, publicKey), public_key: toBase64(publicKey), signature: toBase64(signature) } };
}

const listOf = (given: object = {}, batch: object = {}): Fields => ({
  format: FORMAT,
  as_of: vectors.file.drawn_at - 86_400_000,
  regions: [{ id: vectors.file.snapshot.region.id, code: '330100', name: 'County', batches: [{ period: seed.period, made_at: seed.made_at, commitment: seed.commitment, open: [seed.hash, 'ff'], sealed: [], master: null, ...batch }] }],
  ...given,
});
const shown = async (list: Fields): Promise<string> => (await lookAtSeeds(subtle, file, list)).shown;

describe('a list of seeds', () => {
  it('shows that the seed was public before, only when it was saved before', async () => {
    expect(await shown(await signed(listOf()))).toBe('before');
    expect(await shown(await signed(listOf({ as_of: vectors.file.drawn_at })))).toBe('late');
    expect(await shown({ ...listOf(), signed: null })).toBe('unsigned');
    const poor = { ...subtle, digest: subtle.digest.bind(subtle), importKey: () => Promise.reject(new DOMException('no', 'NotSupportedError')) } as unknown as Subtle;
    expect((await lookAtSeeds(poor, file, await signed(listOf()))).shown).toBe('unknown');
  });

  it('is betrayed by any change, and does not fit another draw', async () => {
    const whole = await signed(listOf());
    expect(await shown({ ...whole, as_of: 1 })).toBe('differs');
    for (const batch of [{ open: ['ff', seed.hash] }, { commitment: 'ff' }, { made_at: 1 }, { period: '2026-W01' }, { open: [] }]) expect(await shown(await signed(listOf({}, batch)))).toBe('differs');
    expect((await lookAtSeeds(subtle, file, await signed(listOf({ regions: [] })))).difference?.where).toBe('/seed/period');
    expect(await shown({ format: FORMAT })).toBe('differs');
  });

  it('lets a settled week be derived from its master, and from no other', async () => {
    const master = 'ab'.repeat(32);
    const key = await webcrypto.subtle.importKey('raw', fromHex(master), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const value = toHex(new Uint8Array(await webcrypto.subtle.sign('HMAC', key, utf8(`seed:${seed.lane}:${String(seed.number)}`))));
    const commitment = toHex(await sha256(subtle, joined(utf8('anxun-draw-batch-1\n'), fromHex(master))));
    const settled = { ...file, seed: { ...seed, value, commitment } } as unknown as Fields;
    const late = { as_of: vectors.file.drawn_at + 1 };
    expect((await lookAtSeeds(subtle, settled, await signed(listOf(late, { commitment, master })))).shown).toBe('settled');
    const other = await lookAtSeeds(subtle, settled, await signed(listOf(late, { commitment, master: 'cd'.repeat(32) })));
    expect(other.difference?.where).toBe('/seed/commitment');
  });

  it('is told from other files, and a key from a stranger’s', () => {
    expect([file, null, 1, []].map(isSeedList)).toEqual([false, false, false, false]);
    expect(isSeedList(listOf())).toBe(true);
    const { key, public_key: publicKey } = vectors.file.signed;
    expect(isOfficial(file, { keys: [{ id: key, public_key: publicKey }] })).toBe(true);
    expect(isOfficial(file, { keys: [{ id: key, public_key: 'other' }] })).toBe(false);
    expect(isOfficial({ ...file, signed: null }, { keys: [{ id: key, public_key: publicKey }] })).toBe(false);
    expect(isOfficial(file, null)).toBe(null);
  });
});
