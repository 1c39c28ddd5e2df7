/** Two tabs of one browser, and every order in which their requests and answers can meet. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { Clock, freshStorage, Phone } from '../../tests/sync/phone';
import { answer, hazard, start } from '../../tests/sync/work';

const RUNS = Number(process.env['HISTORIES'] ?? 40);

const tabs = (server: ModelServer): readonly [Phone, Phone] => {
  const shared = { storage: freshStorage(), clock: new Clock() };
  return [new Phone(server, shared), new Phone(server, shared)];
};

test('in whatever order, each command counts once and both see what the server has [faults 38, 39]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.nat(1), { minLength: 2, maxLength: 8 }), async (s, writers) => {
      const server = new ModelServer();
      server.grant('u1', 'region:unit-1');
      const both = tabs(server);
      await both[0].commit(start('i1'));
      for (const tab of both) tab.gate = () => s.schedule(Promise.resolve());
      const work = writers.map(async (who, i) => {
        const tab = both[who] ?? both[0];
        await tab.commit(i % 3 === 2 ? hazard(`h${String(i)}`) : answer('i1', `a${String(i % 4)}`, i % 2 === 0 ? 'pass' : 'fail'));
        await tab.sync();
      });
      await s.waitFor(Promise.all(work));
      for (const tab of both) tab.gate = () => Promise.resolve();
      for (const tab of [...both, both[0]]) await tab.sync();
      const mids = (await both[0].db.outbox.toArray()).map(({ mid }) => mid).sort((a, b) => a - b);
      expect(mids).toEqual(mids.map((_, i) => i + 1));
      expect([...server.state.effects.values()]).toEqual(mids.map(() => 1));
      for (const tab of both) {
        expect(await tab.shown()).toEqual(tab.expected());
        tab.db.close();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, RUNS * 2000);
