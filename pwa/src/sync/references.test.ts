import { expect, test } from 'vitest';
import { ModelServer } from '../../tests/sync/model-server';
import { start } from '../../tests/sync/work';
import { Phone } from '../../tests/sync/phone';
import { readMeta, writeMeta } from '../data/database';
import { sha256 } from '../data/hash';
import { refreshReferences } from './references';

const URL = '/api/ref/manifest.json';

interface File {
  readonly key: string;
  readonly hash: string;
  readonly text: string;
}

const file = async (key: string, version: number): Promise<File> => {
  const text = `{"key":"${key}","version":${String(version)}}`;
  return { key, text, hash: await sha256(new TextEncoder().encode(text)) };
};

const publish = (phone: Phone, etag: string, files: readonly File[], shared: readonly File[] = []): void => {
  const definitions = files.map(({ key, hash }) => ({ key, hash, title: { zh: key }, url: `/api/ref/definitions/${hash}`, bytes: 1, items: 1, minutes: 1 }));
  phone.server.manifest = { etag, url: URL };
  const words = shared.map(({ key, hash }) => ({ key, hash, url: `/api/ref/definitions/${hash}`, bytes: 1 }));
  phone.files.set(URL, { status: 200, body: { etag, definitions, words, workflow_url: '/api/ref/workflow.json', app: '1' } });
  phone.files.set('/api/ref/workflow.json', { status: 200, body: { states: [] } });
  for (const { hash, text } of [...files, ...shared]) phone.files.set(`/api/ref/definitions/${hash}`, { status: 200, body: text });
};

const refresh = async (phone: Phone): Promise<void> => {
  await phone.sync();
  await refreshReferences(phone.db, phone.ports);
};

const offered = async (phone: Phone): Promise<readonly string[]> =>
  ((await readMeta(phone.db, 'manifest'))?.definitions ?? []).map(({ hash }) => hash);

test('what the manifest names is fetched once and kept', async () => {
  const phone = new Phone(new ModelServer());
  const fire = await file('fire', 1);
  publish(phone, 'e1', [fire]);
  await refresh(phone);
  expect(await phone.db.definitions.get(fire.hash)).toMatchObject({ key: 'fire', data: { version: 1 } });
  expect(await readMeta(phone.db, 'workflow')).toEqual({ states: [] });
  phone.files.clear();
  await refresh(phone);
  expect(await offered(phone)).toEqual([fire.hash]);
});

test('a file that does not match its name is not taken; the old version stays on offer and the new is tried again', async () => {
  const phone = new Phone(new ModelServer());
  const [old, fresh] = [await file('fire', 1), await file('fire', 2)];
  publish(phone, 'e1', [old]);
  await refresh(phone);
  publish(phone, 'e2', [fresh]);
  phone.files.set(`/api/ref/definitions/${fresh.hash}`, { status: 200, body: `${fresh.text} ` });
  await refresh(phone);
  expect(await offered(phone)).toEqual([old.hash]);
  publish(phone, 'e2', [fresh]);
  await refresh(phone);
  expect(await offered(phone)).toEqual([fresh.hash]);
  expect(await phone.db.definitions.get(old.hash)).toBeUndefined();
});

test('the page of a guest network is no manifest', async () => {
  const phone = new Phone(new ModelServer());
  const fire = await file('fire', 1);
  publish(phone, 'e1', [fire]);
  phone.files.set(URL, { status: 200, body: '<html>', headers: { 'Content-Type': 'text/html' } });
  await refresh(phone);
  expect(await offered(phone)).toEqual([]);
});

test('an inspection keeps the version that it was begun with, on every phone of the team [fault 58]', async () => {
  const phone = new Phone(new ModelServer());
  const [old, fresh] = [await file('fire', 1), await file('fire', 2)];
  publish(phone, 'e2', [fresh]);
  phone.files.set(`/api/ref/definitions/${old.hash}`, { status: 200, body: old.text });
  phone.server.rows.put('inspection', 'i1', { id: 'i1', definition: old.hash, member_ids: ['u1'] }, ['user:u1']);
  await refresh(phone);
  expect((await phone.db.definitions.toArray()).map(({ hash }) => hash).sort()).toEqual([old.hash, fresh.hash].sort());
});

test('one begun off line, of which the server knows nothing yet, keeps its version beside the new one, and is sent with it [fault 58]', async () => {
  const phone = new Phone(new ModelServer());
  const [old, fresh] = [await file('fire', 1), await file('fire', 2)];
  publish(phone, 'e1', [old]);
  await refresh(phone);
  const begun = start('i1');
  await phone.commit({ name: 'inspection.start', args: { ...begun.args, definition: old.hash } } as typeof begun);
  publish(phone, 'e2', [fresh]);
  // The news of it was heard in an answer that came before the command was taken.
  await writeMeta(phone.db, 'manifestSeen', { etag: 'e2', url: URL });
  await refreshReferences(phone.db, phone.ports);
  expect(await offered(phone)).toEqual([fresh.hash]);
  expect(await phone.db.definitions.get(old.hash)).toBeDefined();
  await phone.sync();
  await refresh(phone);
  expect(await phone.db.definitions.get(old.hash)).toBeDefined();
  expect(phone.requests.flatMap(({ push }) => push)).toMatchObject([{ args: { definition: old.hash } }]);
});

test('checklists are offered with the law they cite, and the old law stays until the new one is here', async () => {
  const phone = new Phone(new ModelServer());
  const [fire, old, fresh] = [await file('fire', 1), await file('basis', 1), await file('basis', 2)];
  const others = await file('attributes', 1);
  publish(phone, 'e1', [fire], [old, others]);
  phone.files.delete(`/api/ref/definitions/${old.hash}`);
  await refresh(phone);
  expect(await offered(phone)).toEqual([]);
  publish(phone, 'e1', [fire], [old, others]);
  await refresh(phone);
  expect(await offered(phone)).toEqual([fire.hash]);
  expect((await phone.db.definitions.toArray()).map(({ key }) => key).sort()).toEqual(['basis', 'fire']);
  publish(phone, 'e2', [fire], [fresh, others]);
  phone.files.delete(`/api/ref/definitions/${fresh.hash}`);
  await refresh(phone);
  expect((await readMeta(phone.db, 'manifest'))?.words.map(({ hash }) => hash)).toEqual([old.hash]);
  expect(await offered(phone)).toEqual([fire.hash]);
  publish(phone, 'e2', [fire], [fresh, others]);
  await refresh(phone);
  expect((await readMeta(phone.db, 'manifest'))?.words.map(({ hash }) => hash)).toEqual([fresh.hash]);
  expect(await phone.db.definitions.get(old.hash)).toBeUndefined();
});

test('what a region laid over a checklist is kept beside the one for everybody', async () => {
  const phone = new Phone(new ModelServer());
  const [general, regional, next] = [await file('fire', 1), await file('fire', 2), await file('fire', 3)];
  const body = (own: File) => ({
    etag: own.hash, workflow_url: '', app: '1', words: [],
    definitions: [general, own].map(({ key, hash }) => ({
      key, hash, title: { zh: key }, url: `/api/ref/definitions/${hash}`, bytes: 1, items: 1, minutes: 1, region_id: hash === general.hash ? null : 'county', region_ids: hash === general.hash ? [] : ['county', 'town'],
    })),
  });
  publish(phone, regional.hash, [general, regional]);
  phone.files.set(URL, { status: 200, body: body(regional) });
  await refresh(phone);
  expect(await offered(phone)).toEqual([general.hash]);
  expect((await readMeta(phone.db, 'manifest'))?.regional).toMatchObject([{ hash: regional.hash, region_id: 'county', region_ids: ['county', 'town'] }]);

  publish(phone, next.hash, [general]);
  phone.files.set(URL, { status: 200, body: body(next) });
  await refresh(phone);
  expect((await readMeta(phone.db, 'manifest'))?.regional).toMatchObject([{ hash: regional.hash }]);
  expect(await phone.db.definitions.get(regional.hash)).toBeDefined();
});
