/**
 * Words on their way into an answer. Each key reaches the disk, with the revision of what was said there when they were
 * begun: what a colleague says meanwhile was not seen by who writes, and the server keeps both.
 */
import type { Database } from '@/data/database';
import type { Answer } from '@/data/records';
import { textKey } from './queries';

export interface HalfTyped {
  readonly line: string;
  readonly field: string;
  readonly text: string;
  readonly over: number | undefined;
}

/** Asked for at each answer, and so not from the disk. */
const begun = new WeakMap<Database, Map<string, number>>();

const begunOn = (db: Database): Map<string, number> => {
  const known = begun.get(db) ?? new Map<string, number>();
  begun.set(db, known);
  return known;
};

/** Keep what stands in a field of an answer; nothing, once it says what is said anyway. */
export async function keepText(db: Database, inspection: string, line: string, field: string, text: string, answer: Answer | undefined): Promise<void> {
  const key = textKey(inspection, line, field);
  const said = answer?.fields[field];
  if (text === (said?.v ?? '')) {
    begunOn(db).delete(key);
    await db.drafts.delete(key);
    return;
  }
  const over = begunOn(db).get(key) ?? said?.rev ?? 0;
  begunOn(db).set(key, over);
  await db.drafts.put({ key, data: text, at: db.env.now(), over });
}

/** Over which revisions the words of these fields were begun. */
export const begunOver = (db: Database, inspection: string, line: string, fields: readonly string[]): Readonly<Record<string, number>> => {
  const known = fields.map((field) => [field, begunOn(db).get(textKey(inspection, line, field))] as const);
  return Object.fromEntries(known.filter((pair): pair is [string, number] => pair[1] !== undefined));
};

/** They are answers now. */
export function finished(db: Database, keys: readonly string[]): void {
  for (const key of keys) begunOn(db).delete(key);
}

/** What was half typed when the app was killed. */
export async function halfTyped(db: Database, inspection: string): Promise<HalfTyped[]> {
  const prefix = `text:${inspection}|`;
  const drafts = await db.drafts.where('key').startsWith(prefix).toArray();
  return drafts.map(({ key, data, over }) => {
    const cut = key.lastIndexOf('#');
    return { line: key.slice(prefix.length, cut), field: key.slice(cut + 1), text: typeof data === 'string' ? data.trim() : '', over };
  });
}
