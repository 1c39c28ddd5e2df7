/** Work that was not simply accepted: shown, kept, and dealt with by a person. */
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, comment, hazard, start } from '../../tests/sync/work';
import { get } from '../data/view';
import { countEntries } from '../data/unsent';
import { discard, handOver, markSeen, refusals, resend, undo } from './refusals';

const refused = async (): Promise<{ server: ModelServer; phone: Phone; id: string }> => {
  const server = new ModelServer();
  server.refusing.set('hazard.open', 'hazard-forbidden');
  const phone = new Phone(server);
  const [id] = await phone.commit(hazard('h1'));
  await phone.sync();
  return { server, phone, id: id ?? '' };
};

test('a refused command leaves the view and stays with its reason and content', async () => {
  const { phone, id } = await refused();
  expect(await get(phone.db, 'hazard', 'h1')).toBeUndefined();
  expect(await refusals(phone.db)).toMatchObject([{ id, status: 'rejected', code: 'hazard-forbidden', args: { title: 't' } }]);
});

test('what was built on it is in the same card [fault 54]', async () => {
  const server = new ModelServer();
  server.refusing.set('hazard.open', 'hazard-forbidden');
  server.refusing.set('hazard.comment', 'sync-cause-rejected');
  const phone = new Phone(server);
  await phone.commit(hazard('h1'));
  const [later] = await phone.commit(comment('h1', 'x'));
  await phone.sync();
  const cards = await refusals(phone.db);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.dependants.map((one) => one.id)).toEqual([later]);
});

test('discarded: the reason goes to the server, the card is gone, and a repeat brings it not back', async () => {
  const { server, phone, id } = await refused();
  await discard(phone.db, id, 'a mistake');
  expect(await refusals(phone.db)).toEqual([]);
  await phone.sync();
  expect(phone.requests.at(-1)?.push).toMatchObject([{ name: 'problem.handle', args: { act: 'discard', reason: 'a mistake' } }]);
  expect(server.rows.get('outcome', id)?.data['state']).toBe('handled');
  await phone.sync({ status: 409, body: { code: 'client_forked' } });
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
  expect(await countEntries(phone.db, 'queued')).toBe(0);
});

test('handed over to the lead', async () => {
  const { phone, id } = await refused();
  await handOver(phone.db, id, 'please look');
  await phone.sync();
  expect(phone.requests.at(-1)?.push).toMatchObject([{ args: { id, act: 'handover' } }]);
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'handed', args: { title: 't' }, word: { note: 'please look' } }]);
});

/** What the lead did, as the server tells it. */
const decided = (server: ModelServer, id: string, state: string, act: string): void => {
  const row = server.rows.get('outcome', id);
  server.rows.put('outcome', id, { ...row?.data, state, word: { act, at: 1, by_name: 'Zhou', note: 'why' } }, ['user:u1']);
};

test('handed over, it says at once that the lead has it, and the network is not waited for', async () => {
  const { phone, id } = await refused();
  await handOver(phone.db, id, 'please look');
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'handed' }]);
});

test('returned by the lead with a word, it is the person’s turn again', async () => {
  const { server, phone, id } = await refused();
  await handOver(phone.db, id, 'please look');
  await phone.sync();
  decided(server, id, 'open', 'return');
  await phone.sync();
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'mine', word: { act: 'return', by_name: 'Zhou', note: 'why' } }]);
  await discard(phone.db, id, 'a mistake');
  expect(await refusals(phone.db)).toEqual([]);
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
});

test('decided by the lead, it is told until it was read', async () => {
  const { server, phone, id } = await refused();
  await handOver(phone.db, id, 'please look');
  await phone.sync();
  decided(server, id, 'told', 'accept');
  await phone.sync();
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'told', word: { act: 'accept' } }]);
  await markSeen(phone.db, id);
  expect(await refusals(phone.db)).toEqual([]);
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
});

test('taken over by the lead although nobody asked: a former member’s work [fault 64]', async () => {
  const { server, phone, id } = await refused();
  decided(server, id, 'told', 'accept');
  await phone.sync();
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'told' }]);
  expect(await countEntries(phone.db, 'refused')).toBe(0);
});

test('held work that the lead gave up leaves the view', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  const [id] = await phone.commit(answer('i9', 'a', 'fail'));
  await phone.sync();
  decided(server, id ?? '', 'told', 'discard');
  await phone.sync();
  expect(await get(phone.db, 'answer', 'i9||a')).toBeUndefined();
  expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'told' }]);
});

test('held work that its author gives up leaves the view at once', async () => {
  const phone = new Phone(new ModelServer());
  const [id] = await phone.commit(answer('i9', 'a', 'fail'));
  await phone.sync();
  await discard(phone.db, id ?? '', 'wrong visit');
  expect(await get(phone.db, 'answer', 'i9||a')).toBeUndefined();
  expect(await refusals(phone.db)).toEqual([]);
});

test.each([['before it was sent', 0], ['after it was sent', 1], ['after it was sent and pulled', 2]])(
  'giving up is undone %s',
  async (_when, syncs) => {
    const { phone, id } = await refused();
    const ids = await discard(phone.db, id, 'a mistake');
    for (let i = 0; i < syncs; i += 1) await phone.sync();
    await undo(phone.db, ids);
    expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'mine' }]);
    await phone.sync();
    await phone.sync();
    expect(await refusals(phone.db)).toMatchObject([{ id, stage: 'mine' }]);
    await discard(phone.db, id, 'yet a mistake');
    await phone.sync();
    expect(await refusals(phone.db)).toEqual([]);
  },
);

test('everything refused for one closed record is one decision [fault 54]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  await phone.commit(start('i1'));
  await phone.sync();
  server.refusing.set('answer.set', 'inspection-locked');
  const ids = (await phone.commit(answer('i1', 'a', 'fail'), answer('i1', 'b', 'fail'), answer('i1', 'c', 'fail'))).slice();
  await phone.sync();
  const [card, ...others] = await refusals(phone.db);
  expect([card?.id, ...(card?.dependants ?? []).map((one) => one.id)]).toEqual(ids);
  expect(others).toEqual([]);
  await discard(phone.db, ids[0] ?? '', 'done twice');
  expect(await refusals(phone.db)).toEqual([]);
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
});

test('what hung on a mistake waits for its correction [fault 54]', async () => {
  const server = new ModelServer();
  server.refusing.set('hazard.open', 'hazard-forbidden');
  server.refusing.set('hazard.comment', 'sync-cause-rejected');
  const phone = new Phone(server);
  const [id] = await phone.commit(hazard('h1'));
  const [later] = await phone.commit(comment('h1', 'x'));
  await phone.sync();
  server.refusing.clear();
  await resend(phone.db, id ?? '', 'hazard.open', hazard('h1').args as never);
  expect(await refusals(phone.db)).toMatchObject([{ id: later, stage: 'waits' }]);
});

test('corrected and sent again as a new command', async () => {
  const { server, phone, id } = await refused();
  server.refusing.clear();
  const fresh = hazard('h2');
  const again = await resend(phone.db, id, 'hazard.open', fresh.args as never);
  await phone.sync();
  expect(again).not.toBe(id);
  expect(server.rows.get('hazard', 'h2')).toBeDefined();
  expect(await refusals(phone.db)).toEqual([]);
});

test('a case that was dealt with elsewhere disappears here', async () => {
  const { server, phone, id } = await refused();
  server.rows.delete('outcome', id);
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
});

test('a refusal is also seen on the second phone of the same person', async () => {
  const { server, phone, id } = await refused();
  const second = new Phone(server, { user: phone.user });
  await second.sync();
  expect(await refusals(second.db)).toMatchObject([{ id, code: 'hazard-forbidden', args: null }]);
  await discard(second.db, id, 'seen');
  expect(await refusals(second.db)).toEqual([]);
  await second.sync();
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
});

test('work that waits for a colleague stays in view until it is decided [fault 56]', async () => {
  const server = new ModelServer();
  const phone = new Phone(server);
  const [id] = await phone.commit(answer('i9', 'a', 'fail'));
  await phone.sync();
  expect((await get(phone.db, 'answer', 'i9||a'))?.fields['result']?.v).toBe('fail');
  expect(await refusals(phone.db)).toMatchObject([{ id, status: 'held' }]);
  server.rows.put('outcome', id ?? '', { id, status: 'rejected', code: 'sync-never-came', problem: id, name: 'answer.set' }, ['user:u1']);
  await phone.sync();
  expect(await get(phone.db, 'answer', 'i9||a')).toBeUndefined();
  expect(await refusals(phone.db)).toMatchObject([{ status: 'rejected', code: 'sync-never-came' }]);
});

test('applied at last, it is an ordinary row [fault 56]', async () => {
  const server = new ModelServer();
  const colleague = new Phone(server, { user: 'u2' });
  const phone = new Phone(server);
  const [id] = await phone.commit(answer('i9', 'a', 'fail'));
  await phone.sync();
  await colleague.commit(start('i9', ['u1']), answer('i9', 'a', 'fail'));
  await colleague.sync();
  server.rows.delete('outcome', id ?? '');
  await phone.sync();
  expect(await refusals(phone.db)).toEqual([]);
  expect(await phone.db.overlay.count()).toBe(0);
  expect(await phone.shown()).toEqual(phone.expected());
});
