// Waits until nothing is left to be sent; milliseconds since the line came back, and how many exchanges that took.
async (user) => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(`anxun-${user}`);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const waiting = () =>
    new Promise((resolve, reject) => {
      const range = IDBKeyRange.bound(['queued', -Infinity], ['queued', Infinity]);
      const asked = database.transaction('outbox').objectStore('outbox').index('[state+mid]').count(range);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const queued = await waiting();
  if (!navigator.onLine) await new Promise((resolve) => window.addEventListener('online', resolve, { once: true }));
  const began = performance.now();
  while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const ended = performance.now();
  database.close();
  const sent = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/exchange') && one.startTime >= began && one.startTime < ended);
  return { ms: ended - began, exchanges: sent.length, queued };
}
