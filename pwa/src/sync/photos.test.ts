/** Photos: what is sent, when, how often, and when the local copy may go. */
import { describe, expect, test, vi } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { photo, start } from '../../tests/sync/work';
import { sha256 } from '../data/hash';
import type { LocalPhoto } from '../data/tables';
import { get } from '../data/view';
import { tidy } from './housekeeping';
import { retryPhoto, runUploads, UploadFailed } from './uploads';

const DAY = 86_400_000;
const never = new AbortController().signal;

const take = async (phone: Phone, id: string, bytes: string): Promise<string> => {
  const blob = new Blob([bytes], { type: 'image/jpeg' });
  const hash = await sha256(await blob.arrayBuffer());
  await phone.commit(photo(id, hash, blob, 'i1'));
  return hash;
};

const setUp = async (): Promise<{ server: ModelServer; phone: Phone }> => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  return { server, phone };
};

const stateOf = async (phone: Phone, id: string): Promise<LocalPhoto['state'] | undefined> => (await phone.db.photos.get(id))?.state;

const upload = (phone: Phone): Promise<number> => runUploads(phone.db, phone.ports, never);

describe('sending', () => {
  test('the command first, then the bytes, then the server says stored', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    expect(await upload(phone)).toBe(0);
    await phone.sync();
    expect(await upload(phone)).toBe(1);
    expect(await stateOf(phone, 'p1')).toBe('sent');
    await phone.sync();
    expect(await stateOf(phone, 'p1')).toBe('stored');
    expect(phone.uploads[0]?.metadata).toMatchObject({ mime: 'image/jpeg', photo: 'p1' });
    expect(await phone.shown()).toEqual(phone.expected());
  });

  test('the bytes may come before the command [fault 92]', async () => {
    const { server, phone } = await setUp();
    const hash = await take(phone, 'p1', 'bytes');
    server.takeBlob(hash);
    await phone.sync();
    expect(await stateOf(phone, 'p1')).toBe('stored');
    expect(phone.uploads).toHaveLength(0);
  });

  test('a hash that the server has already is not sent again', async () => {
    const { server, phone } = await setUp();
    server.takeBlob(await sha256(await new Blob(['bytes']).arrayBuffer()));
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    expect(await upload(phone)).toBe(0);
    expect(phone.uploads).toHaveLength(0);
  });

  test('two photos of one size are two uploads; one picture twice is one blob [faults 94, 95]', async () => {
    const { server, phone } = await setUp();
    await take(phone, 'p1', 'aaaa');
    await take(phone, 'p2', 'bbbb');
    await take(phone, 'p3', 'aaaa');
    await phone.sync();
    await upload(phone);
    await phone.sync();
    expect(server.state.blobs.size).toBe(2);
    expect(await Promise.all(['p1', 'p2', 'p3'].map((id) => stateOf(phone, id)))).toEqual(['stored', 'stored', 'stored']);
  });

  test('two at a time, one on a paid line, none where the person asked for Wi-Fi only', async () => {
    const { phone } = await setUp();
    for (const id of ['p1', 'p2', 'p3']) await take(phone, id, id);
    await phone.sync();
    let now = 0;
    let most = 0;
    phone.uploadFault = async () => {
      now += 1;
      most = Math.max(most, now);
      for (let i = 0; i < 60 && now < 2; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    };
    await upload(phone);
    expect([most, phone.uploads.length]).toEqual([2, 3]);
    await phone.db.photos.toCollection().modify({ state: 'queued' });
    [most, phone.uploads, phone.cellular] = [0, [], true];
    await upload(phone);
    expect([most, phone.uploads.length]).toEqual([1, 3]);
    await phone.db.photos.toCollection().modify({ state: 'queued' });
    await phone.db.meta.put({ key: 'wifiOnly', value: true });
    phone.uploads = [];
    expect(await upload(phone)).toBe(0);
    expect(phone.uploads).toHaveLength(0);
  });

  test('commands that come up meanwhile go first', async () => {
    const { phone } = await setUp();
    for (const id of ['p1', 'p2', 'p3']) await take(phone, id, id);
    await phone.sync();
    phone.uploadFault = async () => {
      if (phone.uploads.length === 1) await phone.commit(start('i2'));
    };
    phone.cellular = true;
    await upload(phone);
    expect(phone.uploads).toHaveLength(1);
  });
});

describe('being interrupted', () => {
  test('after a restart the upload goes on at its address [fault 91]', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    phone.uploadFault = async (job) => {
      await job.onUrl('/api/blobs/u7');
      job.onProgress(3);
      throw new UploadFailed(null);
    };
    await upload(phone);
    phone.restart();
    phone.uploadFault = null;
    await retryPhoto(phone.db, 'p1');
    await upload(phone);
    expect(phone.uploads.map((job) => job.url)).toEqual([null, '/api/blobs/u7']);
    expect((await phone.db.photos.get('p1'))?.url).toBeNull();
  });

  test('killed in the middle, it counts as waiting', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    await phone.db.photos.update('p1', { state: 'uploading', url: '/api/blobs/u7', offset: 3 });
    phone.restart();
    expect(await upload(phone)).toBe(1);
    expect(phone.uploads[0]?.url).toBe('/api/blobs/u7');
  });

  test('no line: nothing else is tried, and the wait grows', async () => {
    const { phone } = await setUp();
    phone.cellular = true;
    for (const id of ['p1', 'p2']) await take(phone, id, id);
    await phone.sync();
    phone.uploadFault = () => Promise.reject(new UploadFailed(null));
    await upload(phone);
    expect(phone.uploads).toHaveLength(1);
    expect(await phone.db.photos.get('p1')).toMatchObject({ state: 'queued', tries: 1, error: null });
    expect((await phone.db.photos.get('p1'))?.retryAt).toBeGreaterThan(phone.clock.now);
  });

  test('the session ended in the middle: login is asked for, the place is kept [fault 46]', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    phone.uploadFault = async (job) => {
      await job.onUrl('/api/blobs/u7');
      throw new UploadFailed(401);
    };
    await upload(phone);
    expect(phone.expired).toBe(1);
    expect(await phone.db.photos.get('p1')).toMatchObject({ state: 'queued', url: '/api/blobs/u7' });
  });

  test('bytes spoilt on the way are sent anew from the beginning [fault 98]', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    phone.uploadFault = async (job) => {
      await job.onUrl('/api/blobs/u7');
      throw new UploadFailed(422);
    };
    await upload(phone);
    expect(await phone.db.photos.get('p1')).toMatchObject({ state: 'queued', url: null, offset: 0, error: 'http-422' });
  });
});

describe('what is on this phone', () => {
  test('bytes that are not those that were taken are never sent; the loss is told [fault 29]', async () => {
    const { server, phone } = await setUp();
    const hash = await take(phone, 'p1', 'bytes');
    await phone.sync();
    await phone.db.photos.update('p1', { blob: new Blob(['other']) });
    expect(await upload(phone)).toBe(0);
    expect(await phone.db.photos.get('p1')).toMatchObject({ state: 'lost', error: 'damaged' });
    await phone.sync();
    await phone.sync();
    expect(server.lost).toEqual([hash]);
    expect((await get(phone.db, 'photo', 'p1'))?.state).toBe('lost');
  });

  test.each([
    [1, 'sent'],
    [9, 'lost'],
  ])('WebKit takes the file of a picture away when its row is written again: unreadable %i times, it is %s [fault 29]', async (times, state) => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    const spy = vi.spyOn(Blob.prototype, 'arrayBuffer');
    for (let i = 0; i < times; i += 1) spy.mockRejectedValueOnce(new DOMException('The object can not be found here.', 'NotFoundError'));
    await upload(phone);
    spy.mockRestore();
    expect((await phone.db.photos.get('p1'))?.state).toBe(state);
  });

  test('an ArrayBuffer serves where Blobs cannot be kept', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    await phone.db.photos.update('p1', { blob: await new Blob(['bytes']).arrayBuffer() });
    expect(await upload(phone)).toBe(1);
  });

  test('the copy stays until stored was pulled, and a week longer [fault 103]', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    await upload(phone);
    phone.restart();
    phone.clock.now += 30 * DAY;
    await tidy(phone.db);
    expect((await phone.db.photos.get('p1'))?.blob).not.toBeNull();
    await phone.sync();
    phone.clock.now += 6 * DAY;
    await tidy(phone.db);
    expect((await phone.db.photos.get('p1'))?.blob).not.toBeNull();
    phone.clock.now += 2 * DAY;
    await tidy(phone.db);
    expect((await phone.db.photos.get('p1'))?.blob).toBeNull();
  });

  test('a store that lost the picture gets it again [faults 72, 80]', async () => {
    const { server, phone } = await setUp();
    const hash = await take(phone, 'p1', 'bytes');
    await phone.sync();
    const backup = server.backup();
    await upload(phone);
    await phone.sync();
    server.restore(backup);
    await phone.sync();
    expect(await stateOf(phone, 'p1')).toBe('queued');
    await upload(phone);
    await phone.sync();
    expect(server.state.blobs.has(hash)).toBe(true);
    expect(await stateOf(phone, 'p1')).toBe('stored');
  });

  test('wanted again after the copy was given up: told as lost, never silent', async () => {
    const { server, phone } = await setUp();
    const hash = await take(phone, 'p1', 'bytes');
    await phone.sync();
    const backup = server.backup();
    await upload(phone);
    await phone.sync();
    await phone.db.photos.update('p1', { blob: null });
    server.restore(backup);
    await phone.sync();
    await phone.sync();
    expect(server.lost).toEqual([hash]);
  });

  test('a photo that was removed before it was sent is not sent [fault 99]', async () => {
    const { phone } = await setUp();
    await take(phone, 'p1', 'bytes');
    await phone.sync();
    await phone.commit({ name: 'photo.remove', args: { id: 'p1', reason: 'blurred' } });
    phone.server.rows.put('photo', 'p1', { ...phone.server.rows.get('photo', 'p1')?.data, state: 'removed' }, ['user:u1']);
    await phone.sync();
    expect(await phone.db.photos.get('p1')).toBeUndefined();
    expect(await upload(phone)).toBe(0);
  });
});
