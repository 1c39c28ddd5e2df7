/** Work that was not simply accepted: shown, kept, and dealt with by a person. */
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Phone } from '../../tests/sync/phone';
import { answer, comment, hazard, start } from '../../tests/sync/work';
import { get } from '../data/view';
import { countEntries } from '../data/unsent';
import { discard, handOver, refusals, resend } from './refusals';

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
  expect(server.rows.get('outcome', id)).toBeUndefined();
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
  expect(await refusals(phone.db)).toEqual([]);
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
