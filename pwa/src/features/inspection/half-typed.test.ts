// @vitest-environment happy-dom
/** Words that took their time say over what they were begun: what a colleague said meanwhile was not seen. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '@/data/database';
import { answerId, parseRecord, type Answer } from '@/data/records';
import { put } from '../../../tests/support/rows';
import { logIn, seedVisit, sent, wipe } from '../../../tests/support/visit';
import { setAnswer } from './commands';
import { halfTyped, keepText } from './half-typed';

const LINE = { section: 'a', target: '', item: 'm.words' };
let db: Database;
let id: string;

beforeAll(async () => {
  db = await logIn();
});
beforeEach(async () => {
  id = await seedVisit(db);
});
afterEach(async () => {
  await wipe(db);
});

async function said(v: string, rev: number): Promise<Answer> {
  const data = { id: answerId(id, '', 'm.words'), inspection_id: id, target_id: '', item_key: 'm.words', fields: { v: { v, rev, by: 'q', at: rev } } };
  await put(db, 'answer', data);
  return parseRecord('answer', data);
}
const keep = (text: string, answer?: Answer): Promise<void> => keepText(db, id, '|m.words', 'v', text, answer);
const bases = async (): Promise<unknown[]> => (await sent(db, 'answer.set')).map((args) => args['base']);

it('what came while they were typed is not claimed to have been seen', async () => {
  await keep('m', await said('old', 1));
  await keep('mine', await said('a colleague said', 2));
  await setAnswer(db, id, LINE, { v: 'mine' });
  expect(await bases()).toEqual([{ v: 1 }]);
  expect(await halfTyped(db, id)).toEqual([]);
});

it('they are begun anew once they are an answer', async () => {
  await keep('mine', await said('old', 1));
  await setAnswer(db, id, LINE, { v: 'mine' });
  await keep('mine, too', await said('both', 3));
  await setAnswer(db, id, LINE, { v: 'mine, too' });
  expect(await bases()).toEqual([{ v: 1 }, { v: 3 }]);
});

it('and once they were taken back', async () => {
  const old = await said('old', 1);
  await keep('olds', old);
  await keep('old', old);
  expect(await halfTyped(db, id)).toEqual([]);
  await keep('newer still', await said('newer', 2));
  await setAnswer(db, id, LINE, { v: 'newer still' });
  expect(await bases()).toEqual([{ v: 2 }]);
});

it('over nothing is over revision nought, and other fields are what they are', async () => {
  await keep('mine');
  await said('a colleague said', 1);
  await setAnswer(db, id, LINE, { v: 'mine', result: 'pass' });
  expect(await bases()).toEqual([{ v: 0, result: 0 }]);
});

it('an app that is begun again knows it from the disk', async () => {
  await keep('mine', await said('old', 1));
  expect(await halfTyped(db, id)).toEqual([{ line: '|m.words', field: 'v', text: 'mine', over: 1 }]);
  await said('a colleague said', 2);
  await setAnswer(db, id, LINE, { v: 'mine' }, { v: 1 });
  expect(await bases()).toEqual([{ v: 1 }]);
});
