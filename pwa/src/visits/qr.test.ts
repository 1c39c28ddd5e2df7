/** Judged by the decoder that phones use. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { newId } from '@/data/ids';
import { codeOf, readCode } from './code';
import { QR_BYTES, QR_SIZE, qrCode, qrPath } from './qr';

const DOT = 4;
const QUIET = 4;

beforeAll(() => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });
});

async function seen(text: string): Promise<string | undefined> {
  const dots = qrCode(text);
  const width = (QR_SIZE + 2 * QUIET) * DOT;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isDark = dots[Math.floor(y / DOT) - QUIET]?.[Math.floor(x / DOT) - QUIET] === true;
      if (isDark) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  const [found] = await readBarcodes({ data, width, height: width, colorSpace: 'srgb' } as ImageData, { formats: ['QRCode'] });
  return found?.text;
}

it('is read as what was written, whatever the key', async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    const code = codeOf(newId(), crypto.getRandomValues(new Uint8Array(32)));
    expect(await seen(code)).toBe(code);
  }
});

it.each([1, 50, QR_BYTES])('holds %d bytes', async (length) => {
  const text = 'x'.repeat(length);
  expect(await seen(text)).toBe(text);
});

it('says so when a text is too long', () => {
  expect(() => qrPath('x'.repeat(QR_BYTES + 1))).toThrow(RangeError);
});

it('carries visit and key there and back, and nothing else passes for it', () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const id = newId();
  expect(readCode(` ${codeOf(id, key)}\n`)).toEqual({ id, key });
  for (const wrong of ['', 'https://example.org/t/ABC', `anxun-visit:${id}:short`, codeOf(id, key).slice(0, -1)]) expect(readCode(wrong)).toBeNull();
});
