/**
 * The real core against the real server, over a line that loses requests and answers by a seed. Runs when ANXUN_SERVER names a
 * server with the demo county and ANXUN_ACCOUNTS the file of its accounts. The server's own digest of every scope is the judge.
 */
import { describe, expect, test } from 'vitest';
import { sha256 } from '@/data/hash';
import { readMeta } from '@/data/database';
import { newId } from '@/data/ids';
import { all, children, get } from '@/data/view';
import { discard } from '@/sync/refusals';
import { answerSome, begin, expectTrue, mine, SEED, SERVER, team } from './real-phone';

/** The day a week from now where the inspected places are. */
const inAWeek = (): string => new Date(Date.now() + (7 * 24 + 8) * 3_600_000).toISOString().slice(0, 10);

/** Without what only the server can know: its numbers, its clock, its revisions. */
const timeless = (data: object): object =>
  JSON.parse(JSON.stringify(data, (key, value: unknown) => (/^(number|rev|at|.*_at|due_on|decide_by)$/.test(key) ? undefined : value))) as object;

describe.skipIf(SERVER === '')(`against a real server, seed ${String(SEED)}`, () => {
  test('two phones fill one inspection over a bad line and end with the rows that the server has', async () => {
    const [one, two] = await team();
    const sheet = await begin(one, [two.me.id]);
    await one.sync();
    await two.sync();
    expect((await get(two.db, 'inspection', sheet.id))?.member_ids).toContain(two.me.id);
    for (const phone of [one, two]) phone.loss = 0.3;
    for (let round = 0; round < 6; round += 1) {
      await answerSome(one, sheet, 5);
      await answerSome(two, sheet, 5);
      await one.sync();
      await two.sync();
    }
    for (const phone of [one, two, one]) await phone.settle();
    for (const phone of [one, two]) {
      await expectTrue(phone);
      expect((await mine(phone)).filter(({ status }) => status !== 'rejected')).toEqual([]);
    }
    expect(await children(one.db, 'answer', sheet.id)).toEqual(await children(two.db, 'answer', sheet.id));
  }, 120_000);

  test.each([['sent late', 1], ['answered, read late', 2]])('a frozen tab whose push is %s changes nothing any more [fault 40]', async (_, step) => {
    const [frozen] = await team();
    const sheet = await begin(frozen, []);
    await answerSome(frozen, sheet, 3);
    const other = frozen.tab();
    let thaw: () => void = () => undefined;
    let steps = 0;
    const caught = new Promise<void>((reached) => {
      frozen.gate = async () => {
        steps += 1;
        if (steps !== step) return;
        reached();
        await new Promise<void>((go) => { thaw = go; });
      };
    });
    const late = frozen.sync();
    await caught;
    await answerSome(other, sheet, 3);
    await other.settle();
    const before = [await other.db.outbox.toArray(), await other.db.scopes.toArray(), await readMeta(other.db, 'client')];
    thaw();
    await late;
    expect([await other.db.outbox.toArray(), await other.db.scopes.toArray(), await readMeta(other.db, 'client')]).toEqual(before);
    await expectTrue(other);
    expect((await mine(other)).filter(({ status }) => status !== 'rejected')).toEqual([]);
  }, 60_000);

  test('a hazard with a photo goes up, and the photo comes back as stored', async () => {
    const [phone] = await team();
    const unit = (await all(phone.db, 'unit'))[0];
    const [hazard, photo] = [newId(), newId()];
    const bytes = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=', 'base64');
    const blob = new Blob([bytes, crypto.getRandomValues(new Uint8Array(60_000))], { type: 'image/jpeg' });
    const hash = await sha256(await blob.arrayBuffer());
    await phone.say({
      name: 'hazard.open',
      args: {
        id: hazard, unit_id: unit?.id ?? '', source: 'report', title: '疏散通道堆放杂物', description: '一层东侧通道堆放纸箱。',
        basis: [], grade: 'general', suspected_major: false, due_on: '2026-12-20',
      },
    });
    await phone.say({
      name: 'photo.add',
      args: { id: photo, sha256: hash, size: blob.size, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera', purpose: 'found', hazard, annotations: [] },
      blobs: [{ photo, sha256: hash, mime: 'image/jpeg', blob }],
    });
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    expect((await get(phone.db, 'hazard', hazard))?.number).not.toBeNull();
    expect((await phone.db.photos.get(photo))?.state).toBe('stored');
    expect((await get(phone.db, 'photo', photo))?.state).toBe('stored');
    await expectTrue(phone);
  }, 60_000);

  test('a photo whose bytes were lost on the phone is called lost, and nothing else stops', async () => {
    const [phone] = await team();
    const photo = newId();
    const blob = new Blob([crypto.getRandomValues(new Uint8Array(2000))], { type: 'image/jpeg' });
    const hash = await sha256(await blob.arrayBuffer());
    await phone.say({
      name: 'photo.add',
      args: { id: photo, sha256: hash, size: blob.size, mime: 'image/jpeg', w: 1, h: 1, taken_at: Date.now(), origin: 'camera', purpose: 'place', annotations: [] },
      blobs: [{ photo, sha256: hash, mime: 'image/jpeg', blob: new Blob(['other bytes']) }],
    });
    await phone.settle();
    expect((await get(phone.db, 'photo', photo))?.state).toBe('lost');
    await expectTrue(phone);
  }, 60_000);

  test('what the phone foretells is what the server does', async () => {
    const [phone] = await team();
    const unit = (await all(phone.db, 'unit'))[0]?.id ?? '';
    const [hazard, location, asset] = [newId(), newId(), newId()];
    await phone.say({ name: 'location.add', args: { id: location, unit_id: unit, kind: 'campus', name: `院区 ${location.slice(-4)}`, attributes: [] } });
    await phone.say({
      name: 'asset.add',
      args: { id: asset, unit_id: unit, location_id: location, kind: 'fire-extinguisher', name: '干粉灭火器', due: [{ kind: 'inspection', name: '年检', due_on: '2027-03-01' }] },
    });
    await phone.say({
      name: 'hazard.open',
      args: {
        id: hazard, unit_id: unit, location_id: location, source: 'report', title: '灭火器压力不足', description: '指针在红区。',
        basis: [], grade: 'major', suspected_major: false, due_on: inAWeek(), due_days: 7,
      },
    });
    await phone.say({ name: 'hazard.comment', args: { id: hazard, note: '已通知现场负责人', photos: [] } });
    const sheet = await begin(phone, []);
    await phone.say({ name: 'answer.set', args: { inspection: sheet.id, target: '', item: sheet.items[0] ?? '', set: { result: 'pass' } } });
    const foretold = await phone.db.overlay.toArray();
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    for (const { etype, eid, data } of foretold) {
      const row = await phone.db.rows.get([etype, eid]);
      expect(row?.data).toMatchObject(timeless(data ?? {}));
    }
  }, 60_000);

  test('a wrong move is refused as data, and the person can give it up', async () => {
    const [phone] = await team();
    const [id] = await phone.say({
      name: 'hazard.move',
      args: { id: newId(), action: 'close', expect: { state: 'verified', rev: 1 }, photos: [] },
    });
    await phone.settle();
    expect(await mine(phone)).toMatchObject([{ id }]);
    await discard(phone.db, id ?? '', 'no such hazard');
    await phone.settle();
    expect(await mine(phone)).toEqual([]);
    expect(await get(phone.db, 'outcome', id ?? '')).toBeUndefined();
  }, 60_000);
});
