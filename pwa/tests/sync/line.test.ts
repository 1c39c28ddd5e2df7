/** The real core and the real server with a bad line between them; tests/sync/test_bad_line.py makes the line and says which. */
import { describe, expect, test } from 'vitest';
import { sha256 } from '@/data/hash';
import { newId } from '@/data/ids';
import { children, get } from '@/data/view';
import { countEntries } from '@/data/unsent';
import { runUploads } from '@/sync/uploads';
import { answerSome, begin, expectTrue, mine, SEED, SERVER, team, type RealPhone } from './real-phone';

const SCENE = process.env['SCENE'] ?? '';
const PHOTOS = Number(process.env['PHOTOS'] ?? 12);
const SIZE = 400_000;
const ROUNDS = 400;
const MINUTES = 60_000;

const take = async (phone: RealPhone, inspection: string, item: string): Promise<string> => {
  const id = newId();
  const bytes = new Uint8Array(SIZE);
  for (let at = 0; at < SIZE; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(SIZE, at + 65_536)));
  const blob = new Blob([bytes], { type: 'image/jpeg' });
  const hash = await sha256(await blob.arrayBuffer());
  const facts = { id, sha256: hash, size: SIZE, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera' as const, purpose: 'answer' as const, annotations: [], inspection, target: '', item };
  await phone.say({ name: 'photo.add', args: facts, blobs: [{ photo: id, sha256: hash, mime: 'image/jpeg', blob }] });
  return id;
};

/** What the loop does, without its pauses: it goes on as soon as something may be tried. */
const persist = async (phone: RealPhone, isDone: () => Promise<boolean>): Promise<number> => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    await phone.runner.run();
    await phone.db.photos.toCollection().modify({ retryAt: 0 });
    await runUploads(phone.db, phone.ports, new AbortController().signal);
    if (await isDone()) return round;
  }
  throw new Error('never got through');
};

const allStored = (phone: RealPhone, photos: readonly string[]) => async (): Promise<boolean> => {
  const rows = await phone.db.photos.bulkGet([...photos]);
  return rows.every((row) => row?.state === 'stored');
};

const isQuiet = (phone: RealPhone) => async (): Promise<boolean> =>
  (await countEntries(phone.db, 'queued')) === 0 && (await phone.db.overlay.count()) === 0;

describe.skipIf(SERVER === '' || SCENE === '')(`a bad line, seed ${String(SEED)}`, () => {
  test.skipIf(SCENE !== 'photos')('photos arrive byte for byte', async () => {
    const [phone] = await team();
    const sheet = await begin(phone, []);
    const photos: string[] = [];
    for (let i = 0; i < PHOTOS; i += 1) photos.push(await take(phone, sheet.id, sheet.items[i % sheet.items.length] ?? ''));
    await persist(phone, allStored(phone, photos));
    expect((await mine(phone)).filter(({ status }) => status !== 'rejected')).toEqual([]);
  }, 30 * MINUTES);

  test.skipIf(SCENE !== 'day')('a day of work arrives once and whole', async () => {
    const [one, two] = await team();
    const sheet = await begin(one, [two.me.id]);
    await persist(one, isQuiet(one));
    for (let round = 0; round < 6; round += 1) {
      for (const phone of [one, two]) {
        await answerSome(phone, sheet, 6);
        await phone.runner.run();
      }
    }
    for (const phone of [one, two, one]) await persist(phone, isQuiet(phone));
    expect((await get(two.db, 'inspection', sheet.id))?.id).toBe(sheet.id);
  }, 10 * MINUTES);

  test.skipIf(SCENE !== 'crawl')('on a crawling line every round brings something', async () => {
    const [phone] = await team();
    const sheet = await begin(phone, []);
    for (let i = 0; i < 10; i += 1) await answerSome(phone, sheet, 6);
    await persist(phone, isQuiet(phone));
    expect((await children(phone.db, 'answer', sheet.id)).length).toBeGreaterThan(0);
  }, 30 * MINUTES);

  test.skipIf(SCENE !== 'good')('afterwards the server and a new phone agree', async () => {
    for (const phone of await team()) {
      await phone.settle();
      await expectTrue(phone);
    }
  }, 2 * MINUTES);
});
