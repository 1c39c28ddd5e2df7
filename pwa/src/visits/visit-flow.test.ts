/** From the closed package to the walk and back to nothing, over a real database in memory. */
import { webcrypto } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import vector from '@contracts/vectors/visits.json';
import { fromBase64 } from '@/custody/bytes';
import { useApiPorts } from '@/data/api';
import { Database, writeMeta } from '@/data/database';
import { closeView } from '@/data/unsent';
import { view } from '@/data/view';
import { keepPackages } from '@/sync/packages';
import { commit } from '@/sync/outbox';
import type { Ports } from '@/sync/ports';
import { freshStorage } from '../../tests/sync/phone';
import { openByCode, openByTime, teamCode } from './opening';
import { closeEnded, readVisit, readVisits } from './queries';

const { visit: ID, opens_at: OPENS, content } = vector;
const LEADER = content.plan.leader_id;
const UNIT = content.plan.unit_id;
const SECRETS = ['安平县人民医院', '从急诊后门进', UNIT, content.plan.assignment_id];
const bytes = fromBase64(vector.package.base64);
let db: Database;
let wall = OPENS;
let names = 0;
let served: Uint8Array<ArrayBuffer> = bytes;

const ports = { fetch: () => Promise.resolve(new Response(served)) } as unknown as Ports;
const env = (storage = freshStorage()) => ({ now: () => wall, mono: () => wall, boot: 'b', tz: () => 480, id: () => `id-${String((names += 1))}`, storage });

const row = (more: object = {}) => ({
  id: ID, state: 'sealed', opens_at: OPENS, ends_at: OPENS + 36_000_000, leader_id: LEADER, member_ids: ['m'], key_release: 'offline',
  package_url: `/api/visits/${ID}/package`, package_sha256: vector.package.sha256, plan: null, wrapped: [vector.wrapped], ...more,
});
const tell = (etype: string, eid: string, data: Record<string, unknown>, scopes = [`visit:${ID}`], rv = 1): Promise<unknown> =>
  db.rows.put({ etype, eid, parent: '', rv, scopes, gens: {}, data });

/** Everything that lies in the database, bytes included, as one text. */
async function kept(): Promise<string> {
  const seen: string[] = [];
  const show = (value: unknown): void => {
    if (value instanceof ArrayBuffer) seen.push(...['latin1', 'utf-8', 'utf-16le'].map((name) => new TextDecoder(name).decode(value)));
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, one]) => { seen.push(key); show(one); });
    else seen.push(String(value));
  };
  for (const table of db.tables) (await table.toArray()).forEach(show);
  return seen.join('\n');
}

async function begin(user: string): Promise<void> {
  db = new Database(user, env());
  await tell('visit', ID, row(user === LEADER ? {} : { wrapped: [] }));
  await writeMeta(db, 'clock', { server: wall, wall, mono: wall, boot: 'b' });
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  const privateKey = await webcrypto.subtle.importKey('pkcs8', fromBase64(vector.device.pkcs8), algorithm, false, ['deriveBits']);
  if (user === LEADER) await db.sealing.put({ client: vector.wrapped.client, pair: { privateKey, publicKey: privateKey } as CryptoKeyPair, publicKey: vector.device.spki, registered: true });
}

const visit = async () => {
  const found = await view(db).get('visit', ID);
  if (!found) throw new Error('no visit');
  return found;
};

beforeEach(async () => {
  [wall, served] = [OPENS - 60_000, bytes];
  useApiPorts({ fetch: () => Promise.reject(new TypeError('offline')) });
  await begin(LEADER);
});
afterEach(() => db.delete());

describe('before the opening', () => {
  it('nothing of the plan lies on the phone, though the package does', async () => {
    await keepPackages(db, ports);
    expect((await db.packages.get(ID))?.bytes.byteLength).toBe(vector.package.size);
    const all = await kept();
    expect(all).toContain(ID);
    for (const secret of SECRETS) expect(all).not.toContain(secret);
    expect((await readVisits(db))[0]).toMatchObject({ readiness: 'ready', isLeader: true, unit: null });
  });

  it('bytes that are not what was announced are not kept', async () => {
    served = bytes.map((byte, i) => (i === 99 ? byte ^ 1 : byte));
    await keepPackages(db, ports);
    expect(await db.packages.count()).toBe(0);
    expect((await readVisit(db, ID))?.readiness).toBe('loading');
  });

  it('it does not open early, and not by a clock that was set forward', async () => {
    await keepPackages(db, ports);
    expect(await openByTime(db, await visit())).toBe('early');
    const ahead = new Database(LEADER, { ...db.env, now: () => OPENS + 3_600_000 });
    expect(await openByTime(ahead, await visit())).toBe('unsure');
    ahead.close();
    expect(await db.outbox.count()).toBe(0);
    for (const secret of SECRETS) expect(await kept()).not.toContain(secret);
  });
});

describe('when it is time', () => {
  beforeEach(async () => {
    await keepPackages(db, ports);
    wall = OPENS;
  });

  it('it opens without a line: plan, unit and queue are there', async () => {
    expect(await openByTime(db, await visit())).toBeNull();
    expect(await visit()).toMatchObject({ state: 'opened', plan: { unit_id: UNIT, note: '从急诊后门进' } });
    expect((await view(db).get('unit', UNIT))?.name).toBe('安平县人民医院');
    expect(await db.outbox.toArray()).toMatchObject([{ name: 'visit.open', args: { id: ID, how: 'time' } }]);
    expect(await teamCode(db, ID)).toBe(vector.code);
    expect(await openByTime(db, await visit())).toBeNull();
    expect(await db.outbox.count()).toBe(1);
  });

  it('a phone for which it was not locked says so', async () => {
    await db.sealing.clear();
    expect(await openByTime(db, await visit())).toBe('no-key');
    await tell('visit', ID, row({ key_release: 'online', wrapped: [] }));
    expect(await openByTime(db, await visit())).toBe('online');
  });

  it('the key may come from the server at that moment', async () => {
    await tell('visit', ID, row({ key_release: 'online', wrapped: [] }));
    expect((await readVisit(db, ID))?.readiness).toBe('online');
    useApiPorts({ fetch: () => Promise.resolve(new Response(JSON.stringify({ wrapped: [vector.wrapped] }), { headers: { 'Content-Type': 'application/json' } })) });
    expect(await openByTime(db, await visit())).toBeNull();
  });

  it('a package that was damaged on the disk is named so, and nothing is laid', async () => {
    await db.packages.update(ID, { bytes: bytes.map((byte, i) => (i === 500 ? byte ^ 1 : byte)).buffer });
    expect(await openByTime(db, await visit())).toBe('damaged');
    expect(await view(db).get('unit', UNIT)).toBeUndefined();
  });

  it('the arrival makes the task, and what is begun there follows from it', async () => {
    await openByTime(db, await visit());
    const task = content.plan.assignment_id;
    const proof = { kind: 'tag', tag: 'ABCDEFGH' } as const;
    const [arrived] = await commit(db, [{ name: 'visit.arrive', args: { id: ID, assignment_id: task, arrived_at: wall, proof, met: [] } }]);
    expect((await visit()).state).toBe('arrived');
    expect(await view(db).get('assignment', task)).toMatchObject({ unit_id: UNIT, state: 'started', lead_id: LEADER, inspector_ids: [LEADER, 'm'], mode: 'surprise' });
    const start = { id: 'i', assignment_id: task, unit_id: UNIT, checklist_key: 'fire', definition: 'h', mode: 'surprise', targets: {}, started_at: wall, member_ids: [] } as const;
    const [begun] = await commit(db, [{ name: 'inspection.start', args: start }]);
    expect((await db.outbox.get(begun ?? ''))?.causes).toEqual([arrived]);
    const [second] = await commit(db, [{ name: 'inspection.start', args: { ...start, id: 'j' } }]);
    expect((await db.outbox.get(second ?? ''))?.causes).toEqual([arrived]);
  });

  it('the server’s rows take over as soon as they are all there', async () => {
    await openByTime(db, await visit());
    const plan = { ...content.plan };
    await tell('visit', ID, row({ state: 'opened', plan }), undefined, 2);
    await keepPackages(db, ports);
    expect((await view(db).get('unit', UNIT))?.name).toBe('安平县人民医院');
    await tell('unit', UNIT, { id: UNIT, name: 'as the server says' }, [`unit:${UNIT}`, `sealed:${ID}`], 9);
    await keepPackages(db, ports);
    expect((await db.rows.get(['unit', UNIT]))?.scopes).toEqual([`unit:${UNIT}`]);
    expect(await db.rows.get(['visit-plan', ID])).toBeUndefined();
  });
});

describe('when it is no longer this person’s', () => {
  beforeEach(async () => {
    await keepPackages(db, ports);
    wall = OPENS;
    await openByTime(db, await visit());
  });

  it.each(['cancelled', 'ended'])('%s: package, key and rows go', async (state) => {
    await tell('visit', ID, row({ state }), undefined, 3);
    await keepPackages(db, ports);
    for (const secret of [...SECRETS, vector.content_key]) expect(await kept()).not.toContain(secret);
    expect(await db.packages.count()).toBe(0);
  });

  it('given to somebody else: the same', async () => {
    await db.rows.delete(['visit', ID]);
    await keepPackages(db, ports);
    for (const secret of [...SECRETS, vector.content_key]) expect(await kept()).not.toContain(secret);
    expect(await readVisit(db, ID)).toBeNull();
  });

  it('the server refused the opening: it is closed again', async () => {
    await db.outbox.toCollection().modify({ state: 'refused', touches: [], echo: 0 });
    await db.overlay.clear();
    await keepPackages(db, ports);
    expect((await visit()).state).toBe('sealed');
    for (const secret of [...SECRETS, vector.content_key]) expect(await kept()).not.toContain(secret);
    expect((await readVisit(db, ID))?.hasKey).toBe(false);
  });

  it('its end has passed without a line: nothing of it is shown or kept, whichever clock says so', async () => {
    wall = OPENS + 36_000_000;
    expect(await readVisits(db)).toMatchObject([{ visit: { state: 'ended', plan: null }, unit: null }]);
    await closeEnded(db);
    expect(await view(db).get('unit', UNIT)).toBeUndefined();
    expect(await db.packages.count()).toBe(0);
  });

  it('signed out with everything sent: nothing readable stays', async () => {
    await db.outbox.toCollection().modify({ state: 'done', touches: [], echo: 0 });
    await closeView(db);
    for (const secret of SECRETS) expect(await kept()).not.toContain(secret);
  });
});

describe('a member without a line', () => {
  beforeEach(async () => {
    await db.delete();
    await begin('m');
    await keepPackages(db, ports);
  });

  it('opens with the code of the leader’s phone, and proves to the server that it was there', async () => {
    expect((await readVisit(db, ID))?.readiness).toBe('code');
    expect(await openByCode(db, vector.code)).toEqual({ id: ID });
    expect((await visit()).plan?.unit_id).toBe(UNIT);
    expect(await db.outbox.toArray()).toMatchObject([{ name: 'visit.open', args: { how: 'member-code', check: vector.check } }]);
  });

  it('says what a wrong code is', async () => {
    expect(await openByCode(db, 'https://example.org')).toBe('not-a-code');
    expect(await openByCode(db, vector.code.replace(ID, ID.replace(/1$/, '2')))).toBe('not-yours');
    const other = vector.code.slice(0, -43) + 'A'.repeat(43);
    expect(await openByCode(db, other)).toBe('damaged');
    await db.packages.clear();
    expect(await openByCode(db, vector.code)).toBe('no-package');
    expect(await db.outbox.count()).toBe(0);
  });
});
