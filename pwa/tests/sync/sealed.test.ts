/** The real phone's chain, seals and receipts against the real server, over a line that loses a third of it all. */
import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { custodian } from '@/custody/custodian';
import { prove } from '@/custody/receipts';
import { sha256 } from '@/data/hash';
import { newId } from '@/data/ids';
import { all } from '@/data/view';
import { Runner } from '@/sync/runner';
import { answerSome, begin, SEED, SERVER, team, type RealPhone } from './real-phone';

const { subtle } = webcrypto as unknown as Crypto;

/** From now on the phone signs what it sends; returns how often the server was not content. */
const signing = (phone: RealPhone): { complaints: number } => {
  const heard = { complaints: 0 };
  const { fetch, locks, person } = phone.ports;
  const custody = custodian({ fetch, locks, person, subtle });
  const counting = {
    ...custody,
    heard: (...told: Parameters<typeof custody.heard>) => {
      heard.complaints += 1;
      return custody.heard(...told);
    },
  };
  phone.runner = new Runner(phone.db, { ...phone.ports, custody: counting });
  return heard;
};

describe.skipIf(SERVER === '')(`seals and receipts against a real server, seed ${String(SEED)}`, () => {
  test('every push over a bad line is signed and holds; both have one chain', async () => {
    const [phone] = await team();
    const heard = signing(phone);
    const sheet = await begin(phone, []);
    phone.loss = 0.3;
    for (let round = 0; round < 6; round += 1) {
      await answerSome(phone, sheet, 5);
      await phone.sync();
    }
    await phone.settle();
    expect(heard.complaints).toBe(0);
    const entries = await phone.db.outbox.toArray();
    const own = entries.filter(({ link, mid }) => link?.mid === mid);
    expect(own.length).toBeGreaterThan(30);
    const client = (await phone.db.meta.get('client'))?.value as { id: string; mid: number };
    const [key] = await phone.db.keys.toArray();
    const response = await phone.ports.fetch('/api/custody/device-keys', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client: client.id, public_key: key?.publicKey }),
    });
    const end = own.find(({ mid }) => mid === client.mid)?.link?.value;
    expect(await response.json()).toEqual({ key: key?.id, mid: client.mid, head: end });
  }, 120_000);

  test('words changed on the phone after they were tied are taken, and told of', async () => {
    const [phone] = await team();
    const heard = signing(phone);
    const sheet = await begin(phone, []);
    await phone.sync();
    const [id = ''] = await phone.say({ name: 'answer.set', args: { inspection: sheet.id, target: '', item: sheet.items[0] ?? '', set: { result: 'fail' } } });
    await custodian({ ...phone.ports, subtle }).tie(phone.db);
    const entry = await phone.db.outbox.get(id);
    await phone.db.outbox.update(id, { args: { ...entry?.args, set: { result: 'pass' } } });
    await phone.sync();
    expect(heard.complaints).toBe(1);
    expect((await phone.db.outbox.get(id))?.status).toBe('applied');
  }, 60_000);

  test('a photo’s receipt comes back and holds by the server’s own key', async () => {
    const [phone] = await team();
    signing(phone);
    const photo = newId();
    const blob = new Blob([crypto.getRandomValues(new Uint8Array(3000))], { type: 'image/jpeg' });
    const hash = await sha256(await blob.arrayBuffer());
    await phone.say({
      name: 'photo.add',
      args: { id: photo, sha256: hash, size: blob.size, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera', purpose: 'place', annotations: [] },
      blobs: [{ photo, sha256: hash, mime: 'image/jpeg', blob }],
    });
    await phone.settle();
    const receipt = (await all(phone.db, 'receipt')).find(({ subject_id }) => subject_id === photo);
    expect(receipt).toBeDefined();
    if (receipt === undefined) return;
    expect(await prove(phone.db, receipt, phone.ports.fetch, subtle)).toBe('holds');
    const forged = { ...receipt, payload: receipt.payload.replace(hash, '0'.repeat(64)) };
    expect(await prove(phone.db, forged, phone.ports.fetch, subtle)).toBe('broken');
  }, 60_000);
});
