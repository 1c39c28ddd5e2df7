import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdir, writeFile } from 'node:fs/promises';
import { createHash, hkdfSync, pbkdf2Sync, createDecipheriv, createECDH } from 'node:crypto';
import type { Database } from '../../data/database';
import { browserEnv } from '../../data/env';
import { newId } from '../../data/ids';
import { freshDatabase } from '../../../tests/support/rows';
import { commit } from '../outbox';
import { gather } from './gather';
import type { Lock } from './shell';
import { RescueStore, type Job } from './store';
import { beginFile, continueFile, type Wish } from './write';
import { crc32 } from './zip';

const PASSPHRASE: Lock = { kind: 'passphrase', words: 'a good long phrase' };
const text = new TextDecoder();

const picture = (size: number, seed: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) bytes[i] = (i * 31 + seed) % 251;
  return bytes;
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const takePhoto = async (db: Database, bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const id = newId();
  const args = {
    id, sha256: hash(bytes), size: bytes.length, mime: 'image/jpeg', w: 1, h: 1, taken_at: 1, origin: 'camera', purpose: 'found', annotations: [], hazard: newId(),
  } as const;
  await commit(db, [{ name: 'photo.add', args, blobs: [{ photo: id, sha256: args.sha256, mime: args.mime, blob: new Blob([bytes]) }] }]);
  return id;
};

interface Read {
  readonly head: { readonly key: Readonly<Record<string, string>>; readonly v: number };
  readonly members: ReadonlyMap<string, Uint8Array>;
}

/** An independent reader, by the paper: node's own ciphers, and the local headers one after another. */
const readFile = (data: Uint8Array, keyOf: (head: Read['head']) => Uint8Array): Read => {
  const end = data.indexOf(10) + 1;
  const line = data.slice(0, end);
  const head = JSON.parse(text.decode(line)) as Read['head'];
  const key = keyOf(head);
  const bound = createHash('sha256').update(line).digest();
  const plain: Uint8Array[] = [];
  for (let at = end, number = 0; at < data.length; number += 1) {
    const size = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
    const sealed = data.slice(at + 4, at + 4 + size);
    at += 4 + size;
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setBigUint64(3, BigInt(number));
    iv[11] = at === data.length ? 1 : 0;
    const cipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(bound).setAuthTag(sealed.slice(-16));
    plain.push(Buffer.concat([cipher.update(sealed.slice(0, -16)), cipher.final()]));
  }
  return { head, members: unzip(Buffer.concat(plain)) };
};

const unzip = (zip: Buffer): Map<string, Uint8Array> => {
  const found = new Map<string, Uint8Array>();
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const [crc, size, length] = [zip.readUInt32LE(at + 14), zip.readUInt32LE(at + 22), zip.readUInt16LE(at + 26)];
    const name = text.decode(zip.subarray(at + 30, at + 30 + length));
    const data = zip.subarray(at + 30 + length, at + 30 + length + size);
    expect(crc32(data)).toBe(crc);
    found.set(name, data);
    at += 30 + length + size;
  }
  expect(zip.readUInt32LE(zip.length - 22)).toBe(0x06054b50);
  expect(zip.readUInt32LE(zip.length - 6)).toBe(at);
  return found;
};

const byWords = ({ key }: Read['head']): Uint8Array =>
  pbkdf2Sync('a good long phrase', Buffer.from(key['salt'] ?? '', 'base64'), Number(key['rounds']), 32, 'sha256');

describe('a rescue file', () => {
  let db: Database;
  let store: RescueStore;
  const wish = (more: Partial<Wish> = {}): Wish => ({
    author: { id: db.user, username: 'wang', name: 'Wang' }, lock: PASSPHRASE, piece: null, app: '1', device: 'Test', ...more,
  });
  const whole = async (job: Job, tell = (): void => undefined): Promise<Uint8Array> => {
    const done = await continueFile(db, store, job, tell, new AbortController().signal);
    expect(done.sealing).toBeNull();
    return new Uint8Array(await (await store.file(job.id)).arrayBuffer());
  };
  const comment = (note: string): Promise<readonly string[]> =>
    commit(db, [{ name: 'hazard.comment', args: { id: newId(), note, photos: [] } }]);

  beforeEach(() => {
    db = freshDatabase();
    store = new RescueStore(browserEnv());
  });
  afterEach(async () => {
    await db.delete();
    await store.delete();
  });

  it('[faults 25, 45] holds every command as it would be sent, and every photo byte for byte', async () => {
    await comment('first');
    const photos = [picture(10, 1), picture(3_000_000, 2)];
    for (const bytes of photos) await takePhoto(db, bytes);
    await db.drafts.put({ key: 'form', data: { half: 'written' }, at: 5 });
    const before = await gather(db);
    const { head, members } = readFile(await whole(await beginFile(db, store, wish())), byWords);
    expect(head.v).toBe(1);
    expect([...members.keys()].slice(0, 3)).toEqual(['manifest.json', 'envelopes.jsonl', 'drafts.json']);
    expect(text.decode(members.get('envelopes.jsonl'))).toBe(before.lines);
    expect(before.lines.trim().split('\n')).toHaveLength(3);
    expect(JSON.parse(text.decode(members.get('drafts.json')))).toEqual([{ key: 'form', data: { half: 'written' }, at: 5 }]);
    for (const bytes of photos) expect(hash(members.get(`photos/${hash(bytes)}`) ?? new Uint8Array())).toBe(hash(bytes));
    expect(await gather(db)).toEqual(before);
  });

  it('goes on after any photo where it stopped, and is then the same as one made in one go', async () => {
    for (let i = 0; i < 4; i += 1) await takePhoto(db, picture(5000, i));
    let job = await beginFile(db, store, wish());
    for (let round = 0; round < 4; round += 1) {
      const stop = new AbortController();
      const kept = (await store.latest(db.user)) ?? job;
      job = await continueFile(db, store, kept, () => { stop.abort(); }, stop.signal);
      expect(job.members).toHaveLength(4 + round);
    }
    const { members } = readFile(await whole((await store.latest(db.user)) ?? job), byWords);
    expect(members.size).toBe(7);
  });

  it('[fault 29] leaves out a photo that reads back wrong, and says so', async () => {
    const id = await takePhoto(db, picture(100, 1));
    await takePhoto(db, picture(100, 2));
    await db.photos.update(id, { blob: new Blob(['something else']) });
    const done = await continueFile(db, store, await beginFile(db, store, wish()), () => undefined, new AbortController().signal);
    expect(done.photos).toBe(1);
  });

  it('holds one piece with what belongs to it when only that is asked for', async () => {
    const [first = ''] = await comment('one');
    await comment('other');
    await commit(db, [{ name: 'hazard.comment', args: { id: newId(), note: 'built on it', photos: [] }, causes: [first] }]);
    const found = await gather(db, first);
    expect(found.work).toBe(2);
    expect(found.lines).not.toContain('other');
  });

  it('sealed to the bureau is opened by the other half of its key alone', async () => {
    const bureau = createECDH('prime256v1');
    const point = bureau.generateKeys();
    await takePhoto(db, picture(50, 3));
    const lock: Lock = { kind: 'bureau', key: { id: 'k1', point: point.toString('base64') } };
    const { members } = readFile(await whole(await beginFile(db, store, wish({ lock }))), ({ key }) => {
      const shared = bureau.computeSecret(Buffer.from(key['point'] ?? '', 'base64'));
      return new Uint8Array(hkdfSync('sha256', shared, Buffer.from(key['salt'] ?? '', 'base64'), 'anxun-rescue-1', 32));
    });
    expect(members.size).toBe(4);
  });

  it('is one at a time: a new one takes the place of the last, the work stays', async () => {
    await comment('note');
    const first = await beginFile(db, store, wish());
    const second = await beginFile(db, store, wish());
    expect((await store.latest(db.user))?.id).toBe(second.id);
    expect((await store.file(first.id)).size).toBe(0);
    await store.drop(db.user);
    expect(await store.latest(db.user)).toBeUndefined();
    expect((await gather(db)).work).toBe(1);
  });

  it('can be read by the server', async () => {
    const folder = process.env['ANXUN_RESCUE_OUT'];
    if (folder === undefined) return;
    await comment('written by the app');
    await takePhoto(db, picture(2_500_000, 9));
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/file.anxun`, await whole(await beginFile(db, store, wish())));
  });
});
