/** The app's handles on the one sync loop of this tab. */
import { writeMeta, type Database } from '../data/database';
import type { Loop } from './loop';

let loop: Loop | null = null;

export const useLoop = (given: Loop | null): void => {
  loop?.stop();
  loop = given;
};

/** The button: tries at once, whatever the waiting time or the browser's idea of being online. */
export const syncNow = (): Promise<void> => loop?.now() ?? Promise.resolve();

export const setWifiOnly = async (db: Database, only: boolean): Promise<void> => {
  await writeMeta(db, 'wifiOnly', only);
  loop?.poke();
};
