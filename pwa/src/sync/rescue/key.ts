/** The bureau's public key: fetched while there is a line, kept on the device for the day when there is none. */
import { DeviceDatabase } from '../../data/database';
import type { Env } from '../../data/env';
import { isRecord } from '../../data/shape';
import type { BureauKey } from './shell';

const PLACE = 'rescue-key';
const PATH = '/api/ref/rescue-key.json';

const parse = (raw: unknown): BureauKey | null =>
  isRecord(raw) && typeof raw['id'] === 'string' && typeof raw['point'] === 'string' && raw['use'] === 'rescue'
    ? { id: raw['id'], point: raw['point'] }
    : null;

const withDevice = async <T>(env: Env, work: (device: DeviceDatabase) => Promise<T>): Promise<T> => {
  const device = new DeviceDatabase(env);
  try {
    return await work(device);
  } finally {
    device.close();
  }
};

const kept = (env: Env): Promise<BureauKey | null> =>
  withDevice(env, async (device) => parse((await device.settings.get(PLACE))?.value));

/** The newest key that can be had: the server's, else the one seen last. */
export const bureauKey = async (env: Env, send: typeof fetch): Promise<BureauKey | null> => {
  try {
    const answer = await send(PATH, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(8000) });
    const raw: unknown = answer.ok && (answer.headers.get('Content-Type') ?? '').startsWith('application/json') ? await answer.json() : null;
    const key = parse(raw);
    if (key === null) return await kept(env);
    await withDevice(env, (device) => device.settings.put({ key: PLACE, value: { use: 'rescue', ...key } }));
    return key;
  } catch {
    return kept(env);
  }
};
