/** A tag's row: its id is its code, whatever the key it came under. */
import { parseRecord, type Tag } from '@/data/records';
import { isRecord } from '@/data/shape';

export type TagRow = Tag;

export const parseTag = (raw: unknown): TagRow => {
  const row = isRecord(raw) ? raw : {};
  return parseRecord('tag', { ...row, id: row['id'] ?? row['code'] });
};
