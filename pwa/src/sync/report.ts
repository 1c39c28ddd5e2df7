/** The state of the sync, kept on the disk so that every tab and every visit shows the same. */
import { readMeta, writeMeta, type Database } from '../data/database';
import type { SyncReport } from '../data/tables';

export const FIRST_REPORT: SyncReport = {
  state: 'offline',
  busy: false,
  code: null,
  lastSuccess: null,
  retryAt: null,
  updateNeeded: false,
};

export const readReport = async (db: Database): Promise<SyncReport> => (await readMeta(db, 'report')) ?? FIRST_REPORT;

export const report = (db: Database, change: Partial<SyncReport>): Promise<void> =>
  db.transaction('rw', db.meta, async () => {
    await writeMeta(db, 'report', { ...(await readReport(db)), ...change });
  });
