import { afterEach, beforeEach, expect, test } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { ModelServer } from '../../tests/sync/model-server';
import { Clock, freshStorage, Phone } from '../../tests/sync/phone';
import { answer, start } from '../../tests/sync/work';
import { useLive } from './live';
import { answerId, type Answer } from './records';
import { prefixed } from './view';

let scope = effectScope();

beforeEach(() => {
  scope = effectScope();
});

afterEach(() => {
  scope.stop();
});

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let i = 0; i < 1500 && !isTrue(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isTrue()).toBe(true);
};

test('a query follows what is written, also in another tab, and only what it has read', async () => {
  const shared = { storage: freshStorage(), clock: new Clock() };
  const server = new ModelServer();
  const [one, two] = [new Phone(server, shared), new Phone(server, shared)];
  await one.commit(start('i1'));
  const runs = { p1: 0, p2: 0 };
  const place = (name: 'p1' | 'p2') => (): Promise<Answer[]> => {
    runs[name] += 1;
    return prefixed(one.db, 'answer', answerId('i1', name, ''));
  };
  const [here, there] = scope.run(() => [useLive(place('p1'), []), useLive(place('p2'), [])]) ?? [];
  await until(() => runs.p1 === 1 && runs.p2 === 1);
  await two.commit(answer('i1', 'a', 'fail', 'p1'));
  await until(() => here?.value.length === 1);
  expect(here?.value[0]?.fields['result']?.v).toBe('fail');
  expect(there?.value).toEqual([]);
  expect(runs.p2).toBe(1);
});

test('changes that do not concern a query are not remembered for ever, and none that does is missed', async () => {
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1'));
  let runs = 0;
  const live = scope.run(() => useLive(() => {
    runs += 1;
    return prefixed(phone.db, 'answer', answerId('i1', 'p1', ''));
  }, []));
  await until(() => runs === 1);
  for (let n = 0; n < 1100; n += 1) {
    await phone.db.drafts.put({ key: `elsewhere-${String(n)}`, data: n, at: n });
    if (n === 700) await phone.commit(answer('i1', 'a', 'pass', 'p1'));
  }
  await until(() => live?.value.length === 1);
  expect(runs).toBeGreaterThan(2);
  expect(runs).toBeLessThan(6);
});

test('a changed source starts the query anew', async () => {
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1'), answer('i1', 'a', 'pass', 'p1'), answer('i1', 'b', 'pass', 'p2'), answer('i1', 'c', 'na', 'p2'));
  const place = ref('p1');
  const live = scope.run(() => useLive(() => prefixed(phone.db, 'answer', answerId('i1', place.value, '')), [], [place]));
  await until(() => live?.value.length === 1);
  place.value = 'p2';
  await nextTick();
  await until(() => live?.value.length === 2);
});

test('what a query gives can be saved again: no proxies', async () => {
  const phone = new Phone(new ModelServer());
  await phone.commit(start('i1', ['u2']));
  const live = scope.run(() => useLive(() => phone.db.overlay.toArray(), []));
  await until(() => live?.value.length === 1);
  expect(() => structuredClone(live?.value[0]?.data)).not.toThrow();
});
