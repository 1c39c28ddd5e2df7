/** Fingerprints and kinds of image bytes. */

export async function sha256Hex(bytes: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1']);

const SIGNS: readonly (readonly [mime: string, matches: (head: Uint8Array) => boolean])[] = [
  ['image/jpeg', (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff],
  ['image/png', (head) => head[0] === 0x89 && ascii(head, 1, 4) === 'PNG'],
  ['image/webp', (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP'],
  ['image/heic', (head) => ascii(head, 4, 8) === 'ftyp' && HEIC_BRANDS.has(ascii(head, 8, 12))],
  ['image/avif', (head) => ascii(head, 4, 8) === 'ftyp'],
];

/** Tell the kind from the first bytes: systems label HEIC files carelessly. */
export function sniffMime(head: Uint8Array, said: string): string | null {
  const known = SIGNS.find(([, matches]) => matches(head));
  if (known) return known[0];
  return said.startsWith('image/') && head.length > 0 ? said : null;
}
