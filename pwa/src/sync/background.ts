/** One round for the service worker, woken by the browser's `sync` event with no page open. Nothing relies on it. */
import { Database, DeviceDatabase } from '../data/database';
import { browserEnv } from '../data/env';
import { refresh, sendPhotos } from './aftercare';
import { browserPorts } from './browser';
import { alone } from './lease';
import { Runner } from './runner';

export const BACKGROUND_TAG = 'anxun-sync';

const round = async (db: Database, device: DeviceDatabase, app: string): Promise<void> => {
  const person = async (): Promise<string | null> => (await device.session.get('current'))?.user ?? null;
  const ports = browserPorts({ app, expire: () => undefined, person });
  const ended = await alone(db, ports, 'sync', () => new Runner(db, ports).run());
  if (ended?.ok !== true) return;
  await refresh(db, ports);
  await sendPhotos(db, ports, new AbortController().signal);
};

export const backgroundSync = async (app: string): Promise<void> => {
  const env = browserEnv();
  const device = new DeviceDatabase(env);
  try {
    const user = (await device.session.get('current'))?.user ?? null;
    if (user === null) return;
    const db = new Database(user, env);
    await round(db, device, app).finally(() => {
      db.close();
    });
  } finally {
    device.close();
  }
};
