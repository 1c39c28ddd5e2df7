import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '@/data/database';
import type { AddPhoto } from '@/data/mutations';
import { children } from '@/data/view';
import { commit } from '@/sync/outbox';
import { freshDatabase } from '../../tests/support/rows';
import { forgetIntent, markPhoto, rememberIntent, removePhoto } from './commands';
import { loadPicture, provesRefusal, readIntent, visiblePhotos } from './queries';
import { watermarkOf } from './target';

let db: Database;
const VISIT = '019aa000-0000-7000-8000-000000000001';

async function shoot(more: Partial<AddPhoto> = {}): Promise<string> {
  const args: AddPhoto = {
    id: db.env.id(), sha256: 'a'.repeat(64), size: 3, mime: 'image/jpeg', w: 40, h: 30, taken_at: 1000, position: { lat: 1, lon: 2, accuracy: 3 },
    origin: 'camera', purpose: 'answer', inspection: VISIT, target: '', item: 'm.one', annotations: [], ...more,
  };
  const blob = new Blob(['abc'], { type: args.mime });
  await commit(db, [{ name: 'photo.add', args, blobs: [{ photo: args.id, sha256: args.sha256, mime: args.mime, blob }] }]);
  return args.id;
}

const photos = (): ReturnType<typeof children<'photo'>> => children(db, 'photo', VISIT);

beforeEach(() => {
  db = freshDatabase();
});
afterEach(() => db.delete());

describe('a photo', () => {
  it('with marks is a copy that names its original and shares its bytes', async () => {
    const first = await shoot();
    const [photo] = await photos();
    if (!photo) throw new Error('no photo');
    const outcome = await markPhoto(db, photo, [{ id: 'm1', kind: 'arrow', colour: 'red', from: [0, 0], to: [500, 500] }]);
    expect(outcome.ok).toBe(true);
    const rows = await photos();
    const copy = rows.find((row) => row.id !== first);
    expect(copy).toMatchObject({ original_id: first, sha256: photo.sha256, taken_at: 1000, item_key: 'm.one', position: { lat: 1 } });
    expect(copy?.annotations).toHaveLength(1);
    expect(rows.find((row) => row.id === first)?.annotations).toEqual([]);
    expect(await db.photos.count()).toBe(1);
    expect(visiblePhotos(rows).map((row) => row.id)).toEqual([copy?.id]);
  });

  it('with marks still finds its pixels', async () => {
    await shoot();
    const [photo] = await photos();
    if (!photo) throw new Error('no photo');
    await markPhoto(db, photo, [{ id: 'm1', kind: 'text', colour: 'red', at: [1, 1], text: 'here' }]);
    const copy = visiblePhotos(await photos())[0];
    if (!copy) throw new Error('no copy');
    expect((await loadPicture(db, copy, 'full')).kind).toBe('local');
  });

  it('goes only with a reason, and brings back the one it stood for', async () => {
    await shoot();
    const [photo] = await photos();
    if (!photo) throw new Error('no photo');
    await markPhoto(db, photo, [{ id: 'm1', kind: 'arrow', colour: 'red', from: [0, 0], to: [500, 500] }]);
    const [copy] = visiblePhotos(await photos());
    if (!copy) throw new Error('no copy');
    await removePhoto(db, copy, 'wrong');
    expect(visiblePhotos(await photos()).map((row) => row.id)).toEqual([photo.id]);
    expect((await db.outbox.toArray()).find((entry) => entry.name === 'photo.remove')?.args).toEqual({ id: copy.id, reason: 'wrong' });
  });

  it('that the phone cannot show is said to be so, until the server has converted it', async () => {
    await shoot({ mime: 'image/heic', w: 0, h: 0 });
    const [photo] = await photos();
    if (!photo) throw new Error('no photo');
    expect((await loadPicture(db, photo, 'full')).kind).toBe('opaque');
    expect(await loadPicture(db, { ...photo, state: 'stored' }, 'full')).toEqual({ kind: 'remote', url: `/api/photos/${photo.id}/marked` });
    expect(await loadPicture(db, { ...photo, state: 'stored' }, 'thumb')).toEqual({ kind: 'remote', url: `/api/photos/${photo.id}/thumb` });
  });
});

describe('a photo of a refusal', () => {
  const refused = async (): Promise<[string, Parameters<typeof removePhoto>[1]]> => {
    const id = await shoot({ purpose: 'refusal', item: undefined, target: undefined } as never);
    const photo = (await photos()).find((row) => row.id === id);
    if (!photo) throw new Error('no photo');
    return [id, photo];
  };

  it('goes while nothing rests on it', async () => {
    const [, photo] = await refused();
    expect(await provesRefusal(db, photo)).toBe(false);
    await removePhoto(db, photo, 'wrong');
  });

  it('stays once the refusal was signed', async () => {
    const [id, photo] = await refused();
    const args = { id: db.env.id(), inspection: VISIT, party: 'unit', name: 'x', refused: true, reason: 'r', witness: 'w', strokes: [], width: 0, height: 0, signed_at: 1, photo_ids: [id] } as const;
    await commit(db, [{ name: 'signature.add', args }]);
    expect(await provesRefusal(db, photo)).toBe(true);
    await expect(removePhoto(db, photo, 'wrong')).rejects.toThrow('refusal');
    expect((await db.outbox.toArray()).map((entry) => entry.name)).not.toContain('photo.remove');
  });

  it('stays while a paper is being signed, and on the paper', async () => {
    const [id, photo] = await refused();
    const marks = [{ party: 'unit', how: 'refused', name: 'x', at: 1, when: '', photos: [{ id, sha256: photo.sha256 }] }];
    await db.drafts.put({ key: `paper:${VISIT}|site-record`, data: { marks }, at: 1 });
    expect(await provesRefusal(db, photo)).toBe(true);
    await db.drafts.clear();
    expect(await provesRefusal(db, photo)).toBe(false);
    const paper = { id: db.env.id(), inspection: VISIT, body: '{"code":"A","layout":"site-record","version":1,"track":"supervision","edition":1,"office":{"name":"o"}}', signing: JSON.stringify({ v: 1, over: '', marks }), made_at: 1, photos: [id] };
    await commit(db, [{ name: 'paper.issue', args: paper }]);
    expect(await provesRefusal(db, photo)).toBe(true);
  });
});

describe('the intent to take a photo', () => {
  it('survives until it is carried out or old', async () => {
    const target = { purpose: 'answer', inspection: VISIT, target: '', item: 'm.one' } as const;
    await rememberIntent(db, target);
    expect((await readIntent(db))?.target).toEqual(target);
    await db.drafts.update('camera', { at: db.env.now() - 3_600_000 });
    expect(await readIntent(db)).toBeNull();
    await forgetIntent(db);
    expect(await db.drafts.count()).toBe(0);
  });
});

describe('the band on a photo', () => {
  it('names place, author and unit, each once', () => {
    expect(watermarkOf({ unit: 'U', place: 'Floor 1', author: 'Li' }).map((line) => line.text)).toEqual(['Floor 1', 'Li · U']);
    expect(watermarkOf({ unit: 'U', place: 'U', author: '' }).map((line) => line.text)).toEqual(['U']);
    expect(watermarkOf({ unit: '', place: '', author: '' })).toEqual([]);
  });
});
