import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useApiPorts } from '@/data/api';
import type { Database } from '@/data/database';
import { checkCharacter } from '@/engine/tagcode';
import { freshDatabase, hazard, inspection, location, offer, put, unit } from '../../../tests/support/rows';
import { readPlace, subtree } from './queries';
import { localTag, remoteTag } from './tag';

const CODE = `7K3M9QX${checkCharacter('7K3M9QX')}`;
const tag = (more: object = {}) => ({ id: CODE, state: 'unclaimed', unit_id: null, region_id: 'r', target_kind: null, target_id: null, batch: 'b', ...more });
let db: Database;

beforeEach(async () => {
  db = freshDatabase();
  await put(db, 'unit', unit('n'));
  await offer(db, 'fire');
  await put(db, 'location', location('floor', null, { kind: 'floor' }), location('pharmacy', 'floor'), location('other'));
  await put(db, 'asset',
    { id: 'late', unit_id: 'n', location_id: 'pharmacy', kind: 'x', name: 'late', due: [{ kind: 'k', name: 'test', due_on: '2026-01-01' }, { kind: 'k', name: 'no day', due_on: null }], active: true },
    { id: 'gone', unit_id: 'n', location_id: 'pharmacy', kind: 'x', name: 'gone', due: [{ kind: 'k', name: 'test', due_on: '2026-01-01' }], active: false });
});
afterEach(() => db.delete());

describe('a place', () => {
  it('shows the open hazards of everything inside it, the next one first', async () => {
    await put(db, 'hazard',
      hazard('room', { location_id: 'pharmacy', due_on: '2026-12-02' }), hazard('floor', { location_id: 'floor', due_on: '2026-12-01' }),
      hazard('else', { location_id: 'other' }), hazard('closed', { location_id: 'floor', state: 'closed' }), hazard('void', { location_id: 'floor', state: 'void' }));
    const place = await readPlace(db, 'location', 'floor');
    expect(place?.hazards.map(({ id }) => id)).toEqual(['floor', 'room']);
    expect((await readPlace(db, 'location', 'pharmacy'))?.hazards.map(({ id }) => id)).toEqual(['room']);
  });
  it('shows what is due on the devices that stand there and are in use', async () => {
    const place = await readPlace(db, 'location', 'floor');
    expect(place?.due.map(({ asset, name }) => [asset.id, name])).toEqual([['late', 'test']]);
    expect(place?.inside.map(({ id }) => id)).toEqual(['pharmacy']);
  });
  it('shows who was there last, newest first, and nobody who is still at it', async () => {
    await put(db, 'inspection',
      inspection('old', { state: 'submitted', location_id: 'pharmacy', started_at: 1 }),
      inspection('new', { state: 'submitted', target_ids: { rooms: ['pharmacy'] }, started_at: 2 }),
      inspection('draft', { location_id: 'pharmacy', started_at: 3 }));
    const place = await readPlace(db, 'location', 'pharmacy');
    expect(place?.visits.map((visit) => visit.inspection.id)).toEqual(['new', 'old']);
  });
  it('is absent when this person has no such row', async () => {
    expect(await readPlace(db, 'location', 'nowhere')).toBeNull();
    expect(await readPlace(db, 'asset', 'nothing')).toBeNull();
  });
});

it('a device shows its own hazards and the place where it stands', async () => {
  await put(db, 'hazard', hazard('its', { asset_id: 'late', location_id: 'pharmacy' }), hazard('room', { location_id: 'pharmacy' }));
  const device = await readPlace(db, 'asset', 'late');
  expect([device?.hazards.map(({ id }) => id), device?.location?.id, device?.unit?.id]).toEqual([['its'], 'pharmacy', 'n']);
});

it('a circle of parents does not hang the phone', () => {
  expect([...subtree([{ id: 'a', parent_id: 'b' }, { id: 'b', parent_id: 'a' }], 'a')].sort()).toEqual(['a', 'b']);
});

describe('a tag', () => {
  it('with a wrong check character is a misreading, whatever the database says', async () => {
    expect(await localTag(db, '12345678')).toEqual({ kind: 'misread' });
  });
  it('is known to the phone by its row', async () => {
    expect(await localTag(db, CODE)).toBeNull();
    await put(db, 'tag', tag());
    expect((await localTag(db, CODE))?.kind).toBe('unclaimed');
    await put(db, 'tag', tag({ state: 'bound', unit_id: 'n', target_kind: 'location', target_id: 'pharmacy' }));
    expect((await localTag(db, CODE))?.kind).toBe('bound');
    await put(db, 'tag', tag({ state: 'void' }));
    expect((await localTag(db, CODE))?.kind).toBe('void');
  });

  const answerWith = (status: number, body: unknown): void => {
    useApiPorts({ fetch: () => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })) });
  };

  it('is asked of the server when the phone has never heard of it', async () => {
    answerWith(200, tag());
    expect((await remoteTag(CODE)).kind).toBe('unclaimed');
    answerWith(404, { code: 'not-found', status: 404 });
    expect(await remoteTag(CODE)).toEqual({ kind: 'unknown', offline: false });
  });
  it('stays open when nobody answers', async () => {
    useApiPorts({ fetch: () => Promise.reject(new TypeError('offline')) });
    expect(await remoteTag(CODE)).toEqual({ kind: 'unknown', offline: true });
  });
});
