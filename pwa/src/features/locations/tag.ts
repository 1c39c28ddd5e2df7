/** What is known of a scanned code, from this phone first and from the server only when the phone knows nothing. */
import { getJson } from '@/data/api';
import type { Database } from '@/data/database';
import { parseRecord, type Tag } from '@/data/records';
import { view } from '@/data/view';
import { isTagCode } from '@/engine/tagcode';

export type TagState =
  | { readonly kind: 'misread' }
  | { readonly kind: 'bound'; readonly tag: Tag }
  | { readonly kind: 'unclaimed'; readonly tag: Tag }
  | { readonly kind: 'void' }
  /** `offline`: it may exist, but this phone has never heard of it and cannot ask. */
  | { readonly kind: 'unknown'; readonly offline: boolean };

export async function localTag(db: Database, code: string): Promise<TagState | null> {
  if (!isTagCode(code)) return { kind: 'misread' };
  const tag = await view(db).get('tag', code);
  return tag ? stateOf(tag) : null;
}

export async function remoteTag(code: string): Promise<TagState> {
  const result = await getJson(`/api/tags/${encodeURIComponent(code)}`, (raw) => parseRecord('tag', raw));
  if (result.ok) return stateOf(result.value);
  return { kind: 'unknown', offline: result.offline === true };
}

function stateOf(tag: Tag): TagState {
  if (tag.state === 'void') return { kind: 'void' };
  return tag.state === 'bound' && tag.target_id !== null ? { kind: 'bound', tag } : { kind: 'unclaimed', tag };
}
