/** What a phone may no longer show leaves it, with a line and without; what was not sent stays and is sent. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, hazard, photo, start, UNIT } from '../../tests/sync/work';
import { closeUnits, enforce, nextLook, SET_BACK_MS, shutDevice, standingBy, standingOf } from './locked';
import { readMeta, writeMeta } from './database';
import type { ClockAnchor } from './tables';
import { countEntries } from './unsent';

const HOUR = 3_600_000;
const OTHER = 'unit-2';

/** A phone whose second clock can be moved and whose app can be started again. */
const clocks = (phone: Phone): { mono: number; boot: string } => {
  const second = { mono: 1, boot: phone.env.boot };
  Object.defineProperties(phone.env, { mono: { value: () => second.mono }, boot: { get: () => second.boot } });
  return second;
};

const row = (etype: string, eid: string, data: object, scopes: readonly string[]) => ({
  etype, eid, parent: UNIT, rv: 1, scopes, gens: {}, data: { id: eid, ...data },
});

/** A guest at a unit until `ends`, with work done there that nobody has sent. */
async function guest(ends: number): Promise<{ phone: Phone; second: { mono: number; boot: string } }> {
  const phone = new Phone(new ModelServer());
  const second = clocks(phone);
  const pass = { role: 'guest', unit_id: UNIT, starts_at: 0, ends_at: ends };
  await phone.db.rows.bulkPut([
    row('me', phone.user, { passes: [pass] }, [`user:${phone.user}`]),
    row('unit', UNIT, { name: 'secret hospital' }, [`unit:${UNIT}`]),
    row('location', 'l1', { unit_id: UNIT, name: 'secret room' }, [`unit:${UNIT}`]),
    row('assignment', 'a1', { unit_id: UNIT }, [`user:${phone.user}`]),
    row('receipt', 'r1', { inspection_id: 'i1' }, [`user:${phone.user}`]),
    row('unit', OTHER, { name: 'own clinic' }, ['region:r1']),
  ]);
  await phone.db.scopes.bulkPut(
    [`user:${phone.user}`, `unit:${UNIT}`, 'region:r1'].map((scope) => ({ scope, cursor: [1, 't'] as const, gen: null, resume: null, complete: true })),
  );
  await writeMeta(phone.db, 'clock', { server: phone.clock.now, wall: phone.clock.now, mono: 1, boot: second.boot });
  await phone.commit(start('i1'), answer('i1', 'secret.item', 'fail'), hazard('h1'));
  await phone.commit(photo('p1', 'a'.repeat(64), new Blob(['x']), 'i1'));
  return { phone, second };
}

const told = async (phone: Phone): Promise<string> => JSON.stringify([...(await phone.shown())]);

describe('a pass that ends', () => {
  test('closes by itself on a phone that stays off line; what was not sent stays and is sent', async () => {
    const { phone, second } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    expect(await enforce(phone.db)).toEqual([]);
    expect(await told(phone)).toContain('secret');
    phone.clock.now += HOUR;
    second.mono += HOUR;
    expect(await enforce(phone.db)).toMatchObject([{ unit_id: UNIT, why: 'ended' }]);
    const shown = await told(phone);
    for (const word of ['secret', 'i1"', 'h1"', 'a1"']) expect(shown.replace('"inspection_id":"i1"', '')).not.toContain(word);
    expect(shown).toContain('own clinic');
    expect(shown).toContain('r1');
    expect(await countEntries(phone.db, 'queued')).toBe(4);
    expect((await phone.db.photos.get('p1'))?.blob).not.toBeNull();
    await phone.sync();
    expect(await countEntries(phone.db, 'queued')).toBe(0);
    expect(phone.server.state.effects.size).toBe(4);
  });

  test('and closes once more when it is looked at again', async () => {
    const { phone } = await guest(0);
    await enforce(phone.db);
    expect(await enforce(phone.db)).toHaveLength(1);
    expect(await closeUnits(phone.db, new Set([UNIT]))).toBe(false);
  });

  test('what comes afterwards does not bring the closed work back into view', async () => {
    const { phone } = await guest(0);
    await enforce(phone.db);
    phone.server.grant(phone.user, `user:${phone.user}`);
    await phone.sync('lose-response');
    expect(await told(phone)).not.toContain('secret');
  });

  test('a unit that the person reaches by a role of their own stays', async () => {
    const { phone } = await guest(0);
    await phone.db.rows.update(['unit', UNIT], { scopes: [`unit:${UNIT}`, 'region:r1'] });
    await enforce(phone.db);
    expect(await told(phone)).toContain('secret hospital');
  });

  test('what was closed wrongly is asked for anew: its scopes have no cursor left', async () => {
    const { phone } = await guest(0);
    await enforce(phone.db);
    expect(await phone.db.scopes.get(`unit:${UNIT}`)).toBeUndefined();
    expect((await phone.db.scopes.get(`user:${phone.user}`))?.cursor).toBeNull();
    expect((await phone.db.scopes.get('region:r1'))?.cursor).not.toBeNull();
  });

  test('one of two passes at a unit is enough', async () => {
    const { phone } = await guest(0);
    const passes = [0, phone.clock.now + HOUR].map((ends) => ({ role: 'guest', unit_id: UNIT, starts_at: 0, ends_at: ends }));
    await phone.db.rows.update(['me', phone.user], { data: { passes } });
    expect(await enforce(phone.db)).toEqual([]);
    expect(await told(phone)).toContain('secret');
  });

  test('the next look is at the end, and soon enough to notice a clock that was set', async () => {
    const { phone } = await guest(Date.UTC(2026, 10, 21, 8) + 5000);
    expect(await nextLook(phone.db, 15_000)).toBe(5000);
    const later = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    expect(await nextLook(later.phone.db, 15_000)).toBe(15_000);
    const over = await guest(0);
    expect(await nextLook(over.phone.db, 15_000)).toBeNull();
  });
});

describe('setting the clock back prolongs nothing', () => {
  test('while the app runs, the other clock goes on', async () => {
    const { phone, second } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    phone.clock.now -= 24 * HOUR;
    second.mono += HOUR;
    expect(await enforce(phone.db)).toMatchObject([{ why: 'ended' }]);
  });

  test('over a restart, nobody can tell how late it is, and it closes until a server says so', async () => {
    const { phone, second } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    second.boot = 'another';
    second.mono = 0;
    phone.clock.now -= 24 * HOUR;
    expect(await enforce(phone.db)).toMatchObject([{ why: 'clock' }]);
    expect(await told(phone)).not.toContain('secret');
  });

  test('once it is over, a clock that is set back brings nothing back, and half a sentence is still there', async () => {
    const { phone } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    await phone.db.drafts.put({ key: 'hazard:i1||item', data: { description: 'half a sentence' }, at: 0 });
    phone.clock.now += 2 * HOUR;
    expect(await enforce(phone.db)).toMatchObject([{ why: 'ended' }]);
    for (const back of [HOUR, 2 * HOUR, 24 * HOUR]) {
      phone.clock.now -= back;
      await enforce(phone.db);
      expect(await told(phone)).not.toContain('secret');
    }
    expect(await countEntries(phone.db, 'queued')).toBe(4);
    expect((await phone.db.drafts.get('hazard:i1||item'))?.data).toEqual({ description: 'half a sentence' });
  });

  test('what was counted is written down: many short starts do not add up to a longer pass', async () => {
    const { phone, second } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    for (let n = 0; n < 7; n += 1) {
      second.boot = `start-${String(n)}`;
      second.mono = 0;
      await enforce(phone.db);
      second.mono = HOUR / 6;
      phone.clock.now += 1;
      await enforce(phone.db);
    }
    expect(await readMeta(phone.db, 'closed')).toMatchObject([{ why: 'ended' }]);
  });

  const ENDS = 100 * HOUR;
  const anchor: ClockAnchor = { server: 90 * HOUR, wall: 90 * HOUR, mono: 0, boot: 'b' };
  let seed = 0;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  beforeEach(() => {
    seed = 7;
  });

  test('in thousands of settings of both clocks it is open only while neither has reached the end', () => {
    for (let n = 0; n < 5000; n += 1) {
      const mono = next() * 20 * HOUR;
      const wall = 80 * HOUR + next() * 30 * HOUR;
      const standing = standingBy(anchor, ENDS, { now: () => wall, mono: () => mono, boot: next() < 0.5 ? 'b' : 'c' });
      if (wall >= ENDS) expect(standing).toBe('ended');
      if (standing === 'open') expect(wall).toBeGreaterThanOrEqual(90 * HOUR - SET_BACK_MS);
    }
  });

  test('a phone that never heard a server goes by its own clock', () => {
    expect(standingOf(null, ENDS, ENDS)).toBe('ended');
    expect(standingOf(null, ENDS, ENDS - 1)).toBe('open');
  });

  test('a small correction is no setting back', () => {
    const before = { now: () => 90 * HOUR - SET_BACK_MS, mono: () => 0, boot: 'b' };
    expect(standingBy(anchor, ENDS, before)).toBe('open');
  });
});

describe('a device that was shut out', () => {
  test('shows nothing any more, keeps what it has not sent, and takes it along [fault 45]', async () => {
    const { phone } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    await phone.sync({ status: 403, body: { code: 'device-revoked' } });
    expect([...(await phone.shown())]).toEqual([]);
    expect(await phone.db.scopes.count()).toBe(0);
    expect(await readMeta(phone.db, 'shut')).toMatchObject({ reason: 'device-revoked' });
    expect(await countEntries(phone.db, 'queued')).toBe(4);
    expect((await phone.db.photos.get('p1'))?.blob).not.toBeNull();
    phone.restart();
    expect([...(await phone.shown())]).toEqual([]);
    await phone.sync('lose-request');
    expect(await readMeta(phone.db, 'shut')).toBeDefined();
  });

  test('is let in again by a server that answers, and gets everything anew', async () => {
    const { phone } = await guest(Date.UTC(2026, 10, 21, 8) + HOUR);
    await shutDevice(phone.db, 'device-revoked');
    await phone.sync();
    expect(await readMeta(phone.db, 'shut')).toBeUndefined();
    expect(await countEntries(phone.db, 'queued')).toBe(0);
  });
});
