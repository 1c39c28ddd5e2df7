/** A sealed visit between the real core and the real server: closed, opened off line, handed on, arrived. Runs like cross.test.ts. */
import { describe, expect, test } from 'vitest';
import { prepareSealing } from '@/custody/sealing';
import { readMeta } from '@/data/database';
import type { VisitPlan } from '@/data/records-visits';
import { newId } from '@/data/ids';
import { all, children, get } from '@/data/view';
import { keepPackages } from '@/sync/packages';
import { openByCode, openByTime, teamCode } from '@/visits/opening';
import { readVisit } from '@/visits/queries';
import { account, expectTrue, mine, RealPhone, SEED, SERVER, team } from './real-phone';

const NOTE = `from the yard ${newId()}`;
const AHEAD_MS = 4000;
const timeless = (data: object | undefined): object =>
  JSON.parse(JSON.stringify(data ?? {}, (key, value: unknown) => (/^(number|rev|.*_at|title|due_on|package_.*|wrapped)$/.test(key) ? undefined : value))) as object;

const prepare = async (phone: RealPhone): Promise<void> => {
  const client = (await readMeta(phone.db, 'client'))?.id ?? '';
  expect(await prepareSealing(phone.db, { ...phone.ports, subtle: crypto.subtle }, client)).toBe(true);
  expect(await prepareSealing(phone.db, { ...phone.ports, subtle: crypto.subtle }, client)).toBe(false);
};

const fetched = async (...phones: readonly RealPhone[]): Promise<void> => {
  for (const phone of phones) {
    await phone.sync();
    await keepPackages(phone.db, phone.ports);
  }
};

const planned = async (leader: RealPhone, member: RealPhone, opensAt: number): Promise<{ id: string; unit: string }> => {
  const planner = await RealPhone.login(account('visit_planner'), SEED);
  const unit = (await all(leader.db, 'tag')).find(({ state, unit_id: at }) => state === 'bound' && at !== null)?.unit_id ?? '';
  const body = { id: newId(), unit_id: unit, checklist_keys: ['fire'], note: NOTE, leader_id: leader.me.id, member_ids: [member.me.id], opens_at: opensAt, ends_at: opensAt + 3_600_000 };
  const answer = await planner.ports.fetch('/api/visits', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return { id: body.id, unit };
};

const orFail = <T>(found: T | null | undefined): T => {
  if (found === null || found === undefined) throw new Error('not there');
  return found;
};

/** Before its time nothing opens; then the leader does, and the member with the leader's code. */
const openedBy = async (leader: RealPhone, member: RealPhone, id: string, opensAt: number): Promise<VisitPlan> => {
  for (const phone of [leader, member]) expect(JSON.stringify(await phone.db.rows.toArray())).not.toContain(NOTE);
  const closed = orFail(await get(leader.db, 'visit', id));
  expect(await openByTime(leader.db, closed)).toBe('early');
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, opensAt - Date.now()) + 500));
  expect(await openByTime(leader.db, closed)).toBeNull();
  expect(await openByCode(member.db, orFail(await teamCode(leader.db, id)))).toEqual({ id });
  return orFail(orFail(await get(member.db, 'visit', id)).plan);
};

/** By a tag of the unit, and straight into the walk; the inspection's id. */
const arrivedBy = async (leader: RealPhone, member: RealPhone, id: string, { assignment_id: task, unit_id: unit }: VisitPlan): Promise<string> => {
  const tag = orFail((await children(leader.db, 'tag', unit)).find(({ state }) => state === 'bound')).id;
  const proof = { kind: 'tag', tag } as const;
  await leader.say({ name: 'visit.arrive', args: { id, assignment_id: task, arrived_at: Date.now(), proof, met: [{ name: '赵海燕' }], escort: false } });
  const definition = orFail(await leader.db.definitions.where('key').equals('fire').first()).hash;
  const begun = newId();
  const args = { id: begun, assignment_id: task, unit_id: unit, checklist_key: 'fire', definition, mode: 'surprise', targets: {}, started_at: Date.now(), member_ids: [member.me.id] } as const;
  await leader.say({ name: 'inspection.start', args });
  return begun;
};

describe.skipIf(SERVER === '')('a sealed visit against a real server', () => {
  test('nothing is known before, everything agrees afterwards', async () => {
    const [leader, member] = await team();
    await prepare(leader);
    const opensAt = Date.now() + AHEAD_MS;
    const { id, unit } = await planned(leader, member, opensAt);
    await fetched(leader, member);
    expect((await readVisit(leader.db, id))?.readiness).toBe('ready');
    expect((await readVisit(member.db, id))?.readiness).toBe('code');
    const plan = await openedBy(leader, member, id, opensAt);
    expect(plan).toMatchObject({ unit_id: unit, note: NOTE });
    const begun = await arrivedBy(leader, member, id, plan);
    const drawn = async (): Promise<object[]> => [await get(leader.db, 'visit', id), await get(leader.db, 'assignment', plan.assignment_id)].map(timeless);
    const foretold = await drawn();
    for (const phone of [member, leader, member]) await phone.settle();
    expect(await drawn()).toMatchObject(foretold);
    for (const phone of [leader, member]) {
      await keepPackages(phone.db, phone.ports);
      expect(orFail(await get(phone.db, 'visit', id)).state).toBe('arrived');
      expect(orFail(await get(phone.db, 'inspection', begun)).assignment_id).toBe(plan.assignment_id);
      expect(await mine(phone)).toEqual([]);
      await expectTrue(phone);
    }
  }, 120_000);
});
