/** The code with which the leader's phone hands the key to a colleague's: `anxun-visit:<id>:<key>`. */
import { fromBase64, toBase64, type Bytes } from '@/custody/bytes';

const SHAPE = /^anxun-visit:([0-9a-f-]{36}):([A-Za-z0-9_-]{43})$/;

const toUrl = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const fromUrl = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');

export const codeOf = (visit: string, key: Bytes): string => `anxun-visit:${visit}:${toUrl(toBase64(key))}`;

export const readCode = (scanned: string): { readonly id: string; readonly key: Bytes } | null => {
  const [, id, key] = SHAPE.exec(scanned.trim()) ?? [];
  return id === undefined || key === undefined ? null : { id, key: fromBase64(`${fromUrl(key)}=`) };
};
