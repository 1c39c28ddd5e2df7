/** What follows a good round trip; loaded then, so that the first screen need not carry it. */
import type { Database } from '../data/database';
import { checkScopes } from './digest';
import { tidy } from './housekeeping';
import { alone } from './lease';
import type { Ports } from './ports';
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
  await ports.custody?.prepare(db).catch(() => undefined);
  await tidy(db);
  const different = await checkScopes(db, ports);
  return { again: sent > 0 || different, nextAt: await nextUploadAt(db) };
};

export { refreshReferences } from './references';
