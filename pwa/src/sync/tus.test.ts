/** The real tus client against a real HTTP server. */
import type * as tus from 'tus-js-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TusServer } from '../../tests/sync/tus-server';
import { sha256 } from '../data/hash';
import type { UploadJob } from './ports';
import { tusUploader } from './tus';
import { UploadFailed } from './uploads';

const PART = 256 * 1024;
const SIZE = 700_000;

let server: TusServer;
let endpoint: string;

const picture = (seed: number): Blob =>
  new Blob([Uint8Array.from({ length: SIZE }, (_, i) => (i * seed) % 251)], { type: 'image/jpeg' });

interface Watched extends UploadJob {
  readonly urls: string[];
  readonly offsets: number[];
}

const jobFor = async (blob: Blob, url: string | null = null, signal = new AbortController().signal): Promise<Watched> => {
  const [urls, offsets]: [string[], number[]] = [[], []];
  return {
    blob,
    url,
    metadata: { sha256: await sha256(await blob.arrayBuffer()), mime: 'image/jpeg', photo: 'p1' },
    signal,
    urls,
    offsets,
    onUrl: (one) => {
      urls.push(one);
      return Promise.resolve();
    },
    onProgress: (offset) => offsets.push(offset),
  };
};

/** In Node the package would give its other half, which knows no Blob. */
const BROWSER_HALF = 'tus-js-client/lib.es5/browser/index.js';
const load = (): Promise<typeof tus> => import(/* @vite-ignore */ BROWSER_HALF) as Promise<typeof tus>;

const upload = (job: UploadJob): Promise<void> => tusUploader({ endpoint, load, fetch })(job);

beforeEach(async () => {
  server = new TusServer();
  endpoint = await server.listen();
});

afterEach(() => {
  server.close();
});

test('sends in parts, tells where, and how far', async () => {
  const job = await jobFor(picture(7));
  await upload(job);
  expect(server.stored).toEqual(new Set([job.metadata['sha256']]));
  expect(job.offsets).toEqual([PART, 2 * PART, SIZE]);
  expect(job.urls.at(-1)).toMatch(/\/api\/blobs\/u1$/);
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH']);
});

test('goes on at the offset that the server names; no more than a part is sent twice [fault 91]', async () => {
  const blob = picture(7);
  server.faults = ['none', 401];
  const first = await jobFor(blob);
  await expect(upload(first)).rejects.toMatchObject({ status: 401 });
  const second = await jobFor(blob, first.urls.at(-1) ?? null);
  await upload(second);
  expect(server.stored.size).toBe(1);
  expect(server.sentBytes).toBeLessThanOrEqual(SIZE + PART);
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('the answer to a part is lost: the true offset is asked for, nothing is doubled [fault 93]', async () => {
  server.faults = ['none', 'lose-answer'];
  await upload(await jobFor(picture(7)));
  expect(server.stored.size).toBe(1);
  expect(server.sentBytes).toBe(SIZE);
  expect(server.requests.map(({ method }) => method)).toContain('HEAD');
});

test('two pictures of one size and kind are two uploads [fault 94]', async () => {
  await upload(await jobFor(picture(7)));
  await upload(await jobFor(picture(11)));
  expect(server.stored.size).toBe(2);
  expect(server.transfers.size).toBe(2);
});

test('an address that has expired: begun anew [fault 96]', async () => {
  await upload(await jobFor(picture(7), `${endpoint}/u99`));
  expect(server.requests.map(({ method }) => method).slice(0, 2)).toEqual(['HEAD', 'POST']);
  expect(server.stored.size).toBe(1);
});

test('another transfer got ahead: the offset is asked for again [fault 97]', async () => {
  server.faults = ['none', 409];
  await upload(await jobFor(picture(7)));
  expect(server.stored.size).toBe(1);
});

test('a line cut in the middle of a part is taken up again', async () => {
  server.faults = ['none', 'cut'];
  await upload(await jobFor(picture(7)));
  expect(server.stored.size).toBe(1);
});

test('no server at all ends as a failure without a number', async () => {
  server.close();
  await expect(upload(await jobFor(picture(7)))).rejects.toMatchObject({ name: 'UploadFailed', status: null });
}, 20_000);

test('stopped from outside', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(upload(await jobFor(picture(7), null, stop.signal))).rejects.toBeInstanceOf(UploadFailed);
  expect(server.requests).toHaveLength(0);
});
