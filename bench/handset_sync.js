// Waits until a person's rows are all here; milliseconds since the first exchange set out, how many exchanges, how many rows.
async (user) => {
  const open = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(`anxun-${user}`);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const told = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const exists = async () => (await indexedDB.databases()).some((one) => one.name === `anxun-${user}`);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  while (!(await exists())) await pause();
  let database = await open();
  while (!database.objectStoreNames.contains('scopes')) {
    database.close();
    await pause();
    database = await open();
  }
  const scopes = () => told(database.transaction('scopes').objectStore('scopes').getAll());
  const isComplete = (all) => all.length > 0 && all.every((one) => one.complete);
  while (!isComplete(await scopes())) await pause();
  const ended = performance.now();
  const rows = await told(database.transaction('rows').objectStore('rows').count());
  database.close();
  const exchanges = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/exchange') && one.startTime < ended);
  return { ms: ended - exchanges[0].startTime, exchanges: exchanges.length, rows };
}
