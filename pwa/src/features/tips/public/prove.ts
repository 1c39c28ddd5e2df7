/** Some reckoning that keeps machines from flooding the inbox; done beside the page, so that it stays awake. */

export interface Proof {
  readonly challenge: string;
  readonly nonce: string;
}

export function prove(challenge: string, bits: number): Promise<Proof> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./prove.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<string>) => {
      worker.terminate();
      resolve({ challenge, nonce: data });
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Error('no worker'));
    };
    worker.postMessage({ challenge, bits });
  });
}
