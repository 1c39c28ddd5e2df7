/** Whether the server signed a text; a browser that does not know Ed25519 cannot tell. */
import { fromBase64, utf8 } from '@/custody/bytes';
import type { Subtle } from '@/custody/layout';

const ALGORITHM = { name: 'Ed25519' } as const;

export async function signedBy(subtle: Subtle, publicKey: string, text: string, signature: string): Promise<boolean | null> {
  let key: CryptoKey;
  try {
    key = await subtle.importKey('spki', fromBase64(publicKey), ALGORITHM, false, ['verify']);
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? null : false;
  }
  return subtle.verify(ALGORITHM, key, fromBase64(signature), utf8(text));
}
