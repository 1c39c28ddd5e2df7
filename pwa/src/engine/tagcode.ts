/**
 * The short code on a printed tag: seven characters and a check character, printed in groups of four.
 * The alphabet leaves out what people misread or mistype for one another: I O S V Z.
 * Mirrors server/locations/rules.py; both are held to contracts/vectors/tag-code.json.
 */

export const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
export const CODE_LENGTH = 8;

/** What an ink-smeared or hand-copied character most likely was. */
const LOOKALIKES: Readonly<Record<string, string>> = { I: '1', O: '0', S: '5', V: 'U', Z: '2' };
const PATH = /^\/t\/([0-9A-Za-z-]+)\/?$/;

/** The check character of seven data characters. Powers of 3 visit every residue of 31, so swapped neighbours show. */
export function checkCharacter(data: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of data) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % ALPHABET.length;
  }
  return ALPHABET.charAt((ALPHABET.length - (sum % ALPHABET.length)) % ALPHABET.length);
}

export function isTagCode(code: string): boolean {
  if (code.length !== CODE_LENGTH || [...code].some((character) => !ALPHABET.includes(character))) return false;
  return checkCharacter(code.slice(0, -1)) === code.slice(-1);
}

/** What a person typed, as the code would be written: capitals, no gaps, look-alikes put right. */
export function normaliseCode(typed: string): string {
  return [...typed.normalize('NFKC').toUpperCase().replace(/[\s\-_.]/g, '')]
    .map((character) => LOOKALIKES[character] ?? character)
    .join('');
}

/** `7K3M 9QXA`. */
export function formatCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}

/** What a square says beside its code: the beginning of the server's key, and its signature. */
export interface TagSeal {
  readonly k: string;
  readonly s: string;
}

export type Scanned =
  | { readonly kind: 'tag'; readonly code: string; readonly seal?: TagSeal }
  /** A tag of this system by its code, but printed with another address. */
  | { readonly kind: 'elsewhere'; readonly code: string; readonly host: string }
  | { readonly kind: 'foreign'; readonly text: string };

/** What a scanned text is. Nothing in it is ever opened: only a code that passes the check leads anywhere. */
export function readScan(text: string, ownHost: string): Scanned {
  const trimmed = text.trim();
  const plain = normaliseCode(trimmed);
  if (trimmed.length <= 2 * CODE_LENGTH && isTagCode(plain)) return { kind: 'tag', code: plain };
  const address = parseAddress(trimmed);
  const code = normaliseCode(PATH.exec(address?.pathname ?? '')?.[1] ?? '');
  if (!address || !isTagCode(code)) return { kind: 'foreign', text: trimmed };
  if (address.host !== ownHost) return { kind: 'elsewhere', code, host: address.host };
  return ours(code, sealOf(address.searchParams.get('k'), address.searchParams.get('s')));
}

const ours = (code: string, seal: TagSeal | null): Scanned => (seal ? { kind: 'tag', code, seal } : { kind: 'tag', code });

/** A signature as it may stand behind the code; anything else beside a code is left alone. */
export const sealOf = (k: unknown, s: unknown): TagSeal | null =>
  typeof k === 'string' && typeof s === 'string' && /^[0-9a-f]{8}$/.test(k) && /^[\w-]{20,100}$/.test(s) ? { k, s } : null;

function parseAddress(text: string): URL | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
}
