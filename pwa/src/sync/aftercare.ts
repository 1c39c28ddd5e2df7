/** What follows a good round trip; loaded then, so that the first screen need not carry it. */
import type { Database } from '../data/database';
import { checkScopes } from './digest';
import { tidy } from './housekeeping';
import { alone } from './lease';
import { keepPackages } from './packages';
import type { Ports } from './ports';
import { refreshReferences } from './references';
import { nextUploadAt, runUploads } from './uploads';

export interface Cared {
  /** There is news for the server, or something to read again. */
  readonly again: boolean;
  /** When the next photo may be tried. */
  readonly nextAt: number | null;
}

export const sendPhotos = async (db: Database, ports: Ports, signal: AbortSignal): Promise<Cared> => {
  const sent = (await alone(db, ports, 'photos', () => runUploads(db, ports, signal))) ?? 0;
  if (signal.aborted) return { again: false, nextAt: null };
  await tidy(db);
  const different = await checkScopes(db, ports);
  return { again: sent > 0 || different, nextAt: await nextUploadAt(db) };
};

/** What a basement needs, before the photos that may take an hour. True when the server has something more to say now. */
export const refresh = async (db: Database, ports: Ports): Promise<boolean> => {
  await refreshReferences(db, ports);
  const isNews = (await ports.custody?.prepare(db).catch(() => false)) ?? false;
  await keepPackages(db, ports);
  return isNews;
};
