/** Half-finished work of a screen, written on every change and before anything that may kill the page (the camera). */
import type { Database } from './database';

export const saveDraft = async (db: Database, key: string, data: unknown): Promise<void> => {
  await db.drafts.put({ key, data, at: db.env.now() });
};

/** Unknown until its screen has parsed it: an older version of the app may have written it. */
export const readDraft = async (db: Database, key: string): Promise<unknown> => (await db.drafts.get(key))?.data;

export const dropDraft = (db: Database, key: string): Promise<void> => db.drafts.delete(key);
