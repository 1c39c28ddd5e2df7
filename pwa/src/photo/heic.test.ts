import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { NO_FACTS } from '@/device/photo-exif';
import { renderPhoto } from '@/device/photo-render';
import type { PhotoJob } from '@/device/photo-types';
import { IMAGE_TROUBLE } from './useShots';

/** The same real file that the server's tests turn into pictures. */
const HEIC = readFileSync(fileURLToPath(new URL('../../../tests/evidence/quarters.heic', import.meta.url)));
const AVIF = Uint8Array.from([0, 0, 0, 28, ...[...'ftypavif'].map((c) => c.charCodeAt(0)), 0, 0, 0, 0]);

const job = (bytes: Uint8Array, type: string): PhotoJob => ({ source: new Blob([new Uint8Array(bytes)], { type }), watermark: [], stamp: null, blurred: [] });
const render = (bytes: Uint8Array, type: string): ReturnType<typeof renderPhoto> => renderPhoto(job(bytes, type), () => Promise.resolve(NO_FACTS));

/** A phone whose browser cannot open the format, as most cannot. */
function blind(): void {
  vi.stubGlobal('OffscreenCanvas', class { readonly width = 0; });
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('The source image could not be decoded.', 'InvalidStateError')));
}

afterEach(() => { vi.unstubAllGlobals(); });

it.each([true, false])('a real HEIC is kept as it is, for the server to open (canvas: %s)', async (canvas) => {
  if (canvas) blind();
  // Systems label it carelessly.
  const ready = await render(HEIC, 'image/jpeg');
  expect(ready).toMatchObject({ mime: 'image/heic', original: true, thumb: null, w: 0, h: 0 });
  expect(new Uint8Array(await ready.blob.arrayBuffer())).toEqual(new Uint8Array(HEIC));
});

it.each([
  [AVIF, 'image/avif'],
  [new Uint8Array([0x49, 0x49, 0x2a, 0]), 'image/tiff'],
  [new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
])('what neither the phone nor the server can open is refused at once', async (bytes, type) => {
  blind();
  const refused = await render(bytes, type).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Error);
  expect(IMAGE_TROUBLE).toContain((refused as Error).message);
});
