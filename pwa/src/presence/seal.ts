/** A tag's signature, checked with the server's public keys that this phone holds. Nothing depends on it: it is shown. */

import { fromBase64, utf8 } from '@/custody/bytes';
import { learnKeys } from '@/custody/receipts';
import { readMeta, type Database } from '@/data/database';
import type { Tag } from '@/data/records';
import type { ServerKey } from '@/data/tables';
import type { TagSeal } from '@/engine/tagcode';

/** unable: this browser cannot say. unknown: the key is not here yet. foreign: the server has no such key. other: signed for another place or print. */
export type SealState = 'signed' | 'unsigned' | 'other' | 'unknown' | 'foreign' | 'unable';

const ED25519 = { name: 'Ed25519' };

export const tagText = (code: string, unit: string, place: string, issue: number): string =>
  `anxun-tag-1\n${code}\n${unit}\n${place}\n${String(issue)}\n`;

/** The key, or why there is none: the phone may not have heard of it yet, or the server does not know it either. */
async function keyOf(db: Database, short: string): Promise<string | { readonly none: 'unknown' | 'foreign' }> {
  const find = (keys: readonly ServerKey[]): string | undefined => keys.find(({ id, use }) => use === 'receipt' && id.startsWith(short))?.public_key;
  let heard = false;
  const asking: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    heard = response.ok;
    return response;
  };
  const known = find((await readMeta(db, 'serverKeys')) ?? []);
  return known ?? find(await learnKeys(db, asking, crypto.subtle).catch(() => [])) ?? { none: heard ? 'foreign' : 'unknown' };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => fromBase64(text.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(text.length / 4) * 4, '='));

function textsOf(tag: Tag): string[] {
  const unit = tag.unit_id ?? '';
  const place = tag.target_id ? `${tag.target_kind ?? ''}:${tag.target_id}` : '';
  return [[unit, place], [unit, ''], ['', '']].map(([of = '', at = '']) => tagText(tag.id, of, at, tag.issue));
}

/** Printed for this place, or before the tag had one. */
export async function checkSeal(db: Database, tag: Tag, seal: TagSeal | null): Promise<SealState> {
  if (seal === null) return 'unsigned';
  const publicKey = await keyOf(db, seal.k);
  if (typeof publicKey !== 'string') return publicKey.none;
  try {
    const key = await crypto.subtle.importKey('spki', fromBase64(publicKey), ED25519, false, ['verify']);
    const signature = bytesOf(seal.s);
    for (const text of textsOf(tag)) if (await crypto.subtle.verify(ED25519, key, signature, utf8(text))) return 'signed';
    return 'other';
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unable' : 'other';
  }
}
