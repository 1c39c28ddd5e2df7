import { webcrypto } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toBase64 } from '@/custody/bytes';
import { keyName, type Subtle } from '@/custody/layout';
import type { Database } from '@/data/database';
import { parseRecord, type Tag } from '@/data/records';
import { freshDatabase, inspection, location, put, unit } from '../../tests/support/rows';
import { chosen } from './choose';
import { answerAsk, askAt, firstTag, noteFirst, noteScan, strayFrom, UNSEEN } from './scan';
import { checkSeal, tagText } from './seal';

const CODE = '7K3M9QX5';
const row = { id: CODE, state: 'bound', unit_id: 'n', region_id: 'r', target_kind: 'location', target_id: 'room', batch: 'b', issue: 2 };
const tag: Tag = parseRecord('tag', row);
let db: Database;

const sent = async (): Promise<unknown[]> => (await db.outbox.toArray()).map(({ name, args }) => (name === 'scan.note' ? args : name));
const visit = (id: string, more: object = {}): Promise<void> =>
  put(db, 'inspection', inspection(id, { unit_id: 'n', state: 'draft', member_ids: [db.user], device_started_at: Date.now(), ...more }));
const ask = (id: string, target: string): Promise<void> => put(db, 'ask', { id, unit_id: 'n', target_kind: 'location', target_id: target, kind: 'code', ask: `${id}?`, active: true });
const nobodyAsks = async (): Promise<string> => {
  for (let n = 0; ; n += 1) if ((await chosen(`v${String(n)}`, 'room', ['q'])) !== null) return `v${String(n)}`;
};

beforeEach(async () => {
  db = freshDatabase();
  await put(db, 'unit', unit('n'), unit('m'));
  await put(db, 'location', location('room'));
  await put(db, 'tag', row);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await db.delete();
});

describe('a scan', () => {
  it('belongs to the visit that is under way at the unit', async () => {
    await visit('v1');
    await noteScan(db, tag, null, 'typed');
    expect(await sent()).toMatchObject([{ code: CODE, how: 'typed', inspection: 'v1' }]);
  });

  it('before a visit waits for it and goes along once, with its own time', async () => {
    const seal = { k: '1a2b3c4d', s: 'A'.repeat(86) };
    await noteScan(db, tag, seal, 'camera');
    expect(await sent()).toEqual([]);
    await visit('v1');
    expect(await noteFirst(db, 'v1', CODE)).toBe(false);
    expect(await noteFirst(db, 'v1', CODE)).toBe(false);
    expect(await sent()).toMatchObject([{ code: CODE, how: 'camera', inspection: 'v1', seal }]);
    expect((await firstTag(db, 'v1'))?.id).toBe(CODE);
  });

  it('is not lost with its page while the phone looks for its position', async () => {
    const never = { query: () => Promise.resolve({ state: 'granted' }) };
    vi.stubGlobal('navigator', { permissions: never, geolocation: { getCurrentPosition: () => undefined } });
    await visit('v1');
    void noteScan(db, tag, null, 'camera');
    await vi.waitFor(async () => { expect(await db.drafts.count()).toBe(1); });
    await put(db, 'tag', { ...row, id: '0200H88H' });
    void noteScan(db, { ...tag, id: '0200H88H' }, null, 'typed');
    await vi.waitFor(async () => { expect(await db.drafts.toCollection().primaryKeys()).toEqual(['scanned:0200H88H']); });
    expect(await sent()).toMatchObject([{ code: CODE, how: 'camera', inspection: 'v1' }]);
  });

  it('of yesterday is not taken for the beginning of a visit', async () => {
    await noteScan(db, tag, null, 'camera');
    await db.drafts.toCollection().modify((one) => { Object.assign(one, { data: { ...(one.data as object), at: Date.now() - 86_400_000 } }); });
    await visit('v1');
    expect(await noteFirst(db, 'v1', CODE)).toBe(false);
    expect(await sent()).toEqual([]);
  });

  it('of another unit is named while one is being visited', async () => {
    await visit('v1', { unit_id: 'm' });
    expect(await strayFrom(db, 'n')).toBe(unit('m').name);
    await noteScan(db, tag, null, 'camera');
    expect(await sent()).toEqual([]);
    await visit('v2');
    expect(await strayFrom(db, 'n')).toBeNull();
  });
});

describe('a question', () => {
  it('is asked once for each visit and place; what cannot be seen is said without words', async () => {
    const id = await nobodyAsks();
    await ask('q', 'room');
    await visit(id);
    const drawn = await askAt(db, 'n', 'room');
    expect(drawn?.ask).toBe('q?');
    if (drawn) await answerAsk(db, tag, 'camera', drawn, UNSEEN);
    expect(await sent()).toMatchObject([{ inspection: id, fact: { id: 'q', answer: '?' } }]);
    expect(await askAt(db, 'n', 'room')).toBeNull();
  });

  it('of a device is asked where the device stands', async () => {
    const id = await nobodyAsks();
    await put(db, 'asset', { id: 'pump', unit_id: 'n', location_id: 'room', kind: 'x', name: 'pump', due: [], active: true });
    await ask('q', 'pump');
    await visit(id);
    expect((await askAt(db, 'n', 'room'))?.id).toBe('q');
  });
});

describe('a signature', () => {
  const subtle = webcrypto.subtle as unknown as Subtle;
  const signed = async (text: string): Promise<{ seal: { k: string; s: string }; key: object }> => {
    const pair = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', pair.publicKey));
    const id = await keyName(subtle, spki);
    const signature = new Uint8Array(await webcrypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(text)));
    const s = toBase64(signature).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    return { seal: { k: id.slice(0, 8), s }, key: { id, use: 'receipt', algorithm: 'Ed25519', public_key: toBase64(spki), from: 0, until: 1 } };
  };
  const answering = (keys: readonly object[] | null): void => {
    vi.stubGlobal('fetch', () => (keys === null ? Promise.reject(new TypeError('off line')) : Promise.resolve(new Response(JSON.stringify({ keys })))));
  };

  it('is checked without a line by the keys that are here, also one that signs no more', async () => {
    const { seal, key } = await signed(tagText(CODE, 'n', 'location:room', 2));
    answering([key]);
    expect(await checkSeal(db, tag, seal)).toBe('signed');
    answering(null);
    expect(await checkSeal(db, tag, seal)).toBe('signed');
    expect(await checkSeal(db, { ...tag, target_id: 'elsewhere' }, seal)).toBe('other');
    expect(await checkSeal(db, tag, null)).toBe('unsigned');
  });

  it('of a key that is not here yet is unknown, and foreign once the server has been heard', async () => {
    const { seal } = await signed(tagText(CODE, 'n', 'location:room', 2));
    answering(null);
    expect(await checkSeal(db, tag, seal)).toBe('unknown');
    answering([]);
    expect(await checkSeal(db, tag, seal)).toBe('foreign');
  });
});
