/** Resumable upload by tus-js-client, loaded only when there is something to send. */
import type * as tus from 'tus-js-client';
import type { Upload } from 'tus-js-client';
import type { Uploader, UploadJob } from './ports';
import { fetchStack } from './tus-fetch';
import { UploadFailed } from './uploads';

type Library = Pick<typeof tus, 'Upload'>;

export interface TusSettings {
  readonly endpoint: string;
  readonly load: () => Promise<Library>;
  readonly fetch: typeof fetch;
}

/** The server in the one-box setup may keep nothing of a cut request: a part is the most that can be lost. */
const PART = 256 * 1024;
const RETRY_MS = [500, 2000];
const TRANSIENT = new Set([409, 423, 460]);

const statusOf = (error: unknown): number | null => {
  const response = (error as { originalResponse?: { getStatus: () => number } | null }).originalResponse;
  const status = response?.getStatus() ?? 0;
  return status === 0 ? null : status;
};

const isTransient = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === null || status >= 500 || TRANSIENT.has(status);
};

const settings = (job: UploadJob, { endpoint, fetch: send }: TusSettings, end: Ending, upload: () => Upload) => ({
  endpoint,
  uploadUrl: job.url,
  metadata: job.metadata,
  chunkSize: PART,
  retryDelays: RETRY_MS,
  // Its own memory takes two photos of equal size for the same file; the photo's row keeps the address instead.
  storeFingerprintForResuming: false,
  fingerprint: () => Promise.resolve(null),
  uploadDataDuringCreation: true,
  httpStack: fetchStack(send),
  onUploadUrlAvailable: () => {
    const { url } = upload();
    if (url !== null) void job.onUrl(url).catch(() => undefined);
  },
  onChunkComplete: (_part: number, accepted: number) => {
    job.onProgress(accepted);
  },
  onShouldRetry: isTransient,
  onError: (error: unknown) => {
    end.reject(new UploadFailed(statusOf(error)));
  },
  onSuccess: end.resolve,
});

interface Ending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const run = (library: Library, job: UploadJob, given: TusSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    const upload: Upload = new library.Upload(job.blob, settings(job, given, { resolve, reject }, () => upload));
    const stop = (): void => {
      void upload.abort().catch(() => undefined);
      reject(new UploadFailed(null));
    };
    if (job.signal.aborted) stop();
    else {
      job.signal.addEventListener('abort', stop, { once: true });
      upload.start();
    }
  });

export const tusUploader =
  (given: TusSettings): Uploader =>
  async (job) => {
    await run(await given.load(), job, given);
  };
