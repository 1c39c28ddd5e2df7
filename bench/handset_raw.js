// Writes the rows that lie here into an empty database with the same keys and indexes, in as many transactions; milliseconds.
async ({ user, transactions }) => {
  const open = (name, prepare) =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onupgradeneeded = () => prepare(asked.result);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const source = await open(`anxun-${user}`, () => undefined);
  const rows = await new Promise((resolve, reject) => {
    const asked = source.transaction('rows').objectStore('rows').getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  source.close();
  const target = await open('bench-raw', (database) => {
    const store = database.createObjectStore('rows', { keyPath: ['etype', 'eid'] });
    store.createIndex('parent', ['etype', 'parent']);
    store.createIndex('scopes', 'scopes', { multiEntry: true });
  });
  const each = Math.ceil(rows.length / transactions);
  const began = performance.now();
  for (let from = 0; from < rows.length; from += each) {
    await new Promise((resolve, reject) => {
      const work = target.transaction('rows', 'readwrite', { durability: 'strict' });
      for (const row of rows.slice(from, from + each)) work.objectStore('rows').put(row);
      work.oncomplete = resolve;
      work.onerror = () => reject(work.error);
    });
  }
  const ms = performance.now() - began;
  target.close();
  await new Promise((resolve) => {
    indexedDB.deleteDatabase('bench-raw').onsuccess = resolve;
  });
  return ms;
}
