/**
 * Half-written words of inspections that were closed: nobody pressed 保存, so they were never sent, and the page on which they stood
 * is closed. They are the person's own and are not lost: the page says so and hands them back.
 */
import type { Database } from '@/data/database';
import { isRecord, text } from '@/data/shape';

const KINDS = ['hazard:', 'text:', 'summary:'] as const;
const FIELDS = ['description', 'suggestion', 'note', 'words', 'text'] as const;

const inspectionOf = (key: string): string => /^[a-z]+:([^|]*)/.exec(key)?.[1] ?? '';

const wordsIn = (data: unknown): readonly string[] => {
  const found = isRecord(data) ? FIELDS.map((name) => text(data[name])) : [text(data)];
  return found.map((each) => each.trim()).filter((each) => each !== '');
};

export async function keptWords(db: Database): Promise<readonly string[]> {
  const drafts = await db.drafts.where('key').startsWithAnyOf([...KINDS]).toArray();
  const words = await Promise.all(
    drafts.map(async ({ key, data }) => {
      const at: [string, string] = ['inspection', inspectionOf(key)];
      const known = (await db.rows.get(at)) ?? (await db.overlay.get(at));
      return known === undefined ? wordsIn(data) : [];
    }),
  );
  return [...new Set(words.flat())];
}
