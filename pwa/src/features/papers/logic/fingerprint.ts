/** What is printed under a paper: the hash over its text and its marks. docs/papers.md says the same in words. */

import { sha256 } from '@/data/hash';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const textHash = (body: string): Promise<string> => sha256(bytes(body));

export async function fingerprint(body: string, signing: string): Promise<string> {
  const parts = [body, signing].map((text) => `${String(bytes(text).length)}:${text},`);
  return sha256(bytes(`anxun-paper-1\n${parts.join('')}`));
}

/** How much of the fingerprint the square on the paper carries. */
export const SHOWN = 16;

/** Without letters that are misread. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const LENGTH = 12;

/** A code that nobody guesses: it names the paper before the server has given it a number. */
export function newCode(random: (n: number) => Uint8Array = (n) => crypto.getRandomValues(new Uint8Array(n))): string {
  let code = '';
  while (code.length < LENGTH) {
    for (const byte of random(LENGTH)) {
      if (byte < 8 * ALPHABET.length && code.length < LENGTH) code += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return code;
}
