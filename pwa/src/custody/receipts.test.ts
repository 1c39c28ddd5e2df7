/** Receipts on the phone: only what a key of the server signed passes, and it must speak of the row it stands in. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, webcrypto, createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { freshStorage } from '../../tests/sync/phone';
import { Database } from '../data/database';
import type { Receipt } from '../data/records';
import type { Subtle } from './layout';
import { learnKeys, prove, saidBy } from './receipts';

const { subtle } = webcrypto as unknown as Crypto;
const pair = generateKeyPairSync('ed25519');
const spki = createPublicKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ type: 'spki', format: 'der' });
const KEY = createHash('sha256').update(spki).digest('hex').slice(0, 32);
const KEYS = { keys: [{ id: KEY, use: 'receipt', algorithm: 'Ed25519', public_key: spki.toString('base64'), from: 1, until: null }] };

const answering = (body: unknown): typeof fetch => () => Promise.resolve(new Response(JSON.stringify(body)));
const offline: typeof fetch = () => Promise.reject(new TypeError('offline'));

const open = (): Database =>
  new Database('u1', { now: () => 1, mono: () => 1, boot: 'b', tz: () => 480, id: () => 'c1', storage: freshStorage() });

const receiptOf = (payload: object, more: Partial<Receipt> = {}): Receipt => {
  const text = JSON.stringify({ v: 1, id: 'r1', kind: 'photo', photo: 'p1', sha256: 'ab'.repeat(32), inspection: 'i1', key: KEY, ...payload });
  const key = createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signature = sign(null, Buffer.from(`anxun-receipt-1\n${text}`), key).toString('base64');
  return { id: 'r1', kind: 'photo', subject_id: 'p1', inspection_id: 'i1', person_id: 'u1', payload: text, key: KEY, signature, at: 1, ...more };
};

test('a receipt of the server holds, and goes on to hold without a line', async () => {
  const db = open();
  expect(await prove(db, receiptOf({}), offline, subtle)).toBe('unknown');
  expect(await prove(db, receiptOf({}), answering(KEYS), subtle)).toBe('holds');
  expect(await prove(db, receiptOf({}), offline, subtle)).toBe('holds');
});

test.each([
  ['another payload', { payload: receiptOf({ sha256: 'cd'.repeat(32) }).payload }],
  ['a damaged signature', { signature: Buffer.alloc(64).toString('base64') }],
  ['no signature', { signature: '' }],
  ['another subject', { subject_id: 'p2' }],
  ['another kind', { kind: 'submission' as const }],
])('%s does not pass', async (_what, change) => {
  const db = open();
  await learnKeys(db, answering(KEYS), subtle);
  expect(await prove(db, receiptOf({}, change), offline, subtle)).toBe('broken');
});

test('a key under a false name is not learnt, and a known one is not replaced', async () => {
  const db = open();
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  expect(await learnKeys(db, answering({ keys: [{ ...KEYS.keys[0], public_key: other }] }), subtle)).toEqual([]);
  await learnKeys(db, answering(KEYS), subtle);
  expect(await learnKeys(db, answering({ keys: [] }), subtle)).toHaveLength(1);
});

test('a browser without Ed25519, or without WebCrypto, says that it cannot tell', async () => {
  const db = open();
  await learnKeys(db, answering(KEYS), subtle);
  const importKey = vi.fn(() => Promise.reject(new DOMException('Ed25519', 'NotSupportedError')));
  expect(await prove(db, receiptOf({}), offline, { digest: subtle.digest.bind(subtle), importKey } as unknown as Subtle)).toBe('unable');
  expect(await prove(db, receiptOf({}), offline, undefined)).toBe('unable');
});

test('a payload that is no JSON says nothing', () => {
  expect(saidBy({ ...receiptOf({}), payload: 'x' }).kind).toBe('');
});
