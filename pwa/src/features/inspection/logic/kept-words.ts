/** What somebody wrote about a visit and had not handed over, as it lies on the disk. */
import type { Database } from '@/data/database';
import { readDraft } from './hazard-draft';

/** The lines of one half-written text. */
export interface KeptWords {
  readonly key: string;
  readonly lines: readonly string[];
}

const linesOf = (data: unknown): readonly string[] => {
  const hazard = readDraft(data);
  const all = hazard ? [hazard.title, hazard.description, hazard.suggestion] : [typeof data === 'string' ? data : ''];
  return all.map((line) => line.trim()).filter((line) => line !== '');
};

export async function keptWords(db: Database, inspection: string): Promise<KeptWords[]> {
  const prefixes = [`hazard:${inspection}|`, `text:${inspection}|`, `summary:${inspection}`];
  const drafts = await db.drafts.where('key').startsWithAnyOf(prefixes).toArray();
  return drafts
    .sort((a, b) => a.at - b.at)
    .map(({ key, data }) => ({ key, lines: linesOf(data) }))
    .filter(({ lines }) => lines.length > 0);
}
