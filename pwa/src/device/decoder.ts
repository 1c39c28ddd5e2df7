/** Reads QR codes with the decoder that the app itself serves, so that it works on every phone and without a network. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
});

const detector = new BarcodeDetector({ formats: ['qr_code'] });

/** The texts of all codes in the picture, each once. */
export async function decode(source: ImageBitmapSource): Promise<readonly string[]> {
  const found = await detector.detect(source);
  return [...new Set(found.map(({ rawValue }) => rawValue))];
}
