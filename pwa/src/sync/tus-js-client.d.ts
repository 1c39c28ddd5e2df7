/** The part of tus-js-client that is used here; its package comes without types. */
declare module 'tus-js-client' {
  export interface HttpResponse {
    getStatus(): number;
  }

  export interface DetailedError extends Error {
    readonly originalResponse: HttpResponse | null;
  }

  export interface UploadOptions {
    readonly endpoint: string;
    readonly uploadUrl: string | null;
    readonly metadata: Readonly<Record<string, string>>;
    readonly chunkSize: number;
    readonly retryDelays: readonly number[];
    readonly storeFingerprintForResuming: boolean;
    readonly uploadDataDuringCreation: boolean;
    readonly fingerprint: () => Promise<string | null>;
    readonly httpStack: unknown;
    readonly onUploadUrlAvailable: () => void;
    readonly onChunkComplete: (chunk: number, accepted: number, total: number) => void;
    readonly onShouldRetry: (error: Error | DetailedError) => boolean;
    readonly onError: (error: Error | DetailedError) => void;
    readonly onSuccess: () => void;
  }

  export class Upload {
    constructor(file: Blob, options: UploadOptions);
    readonly url: string | null;
    start(): void;
    abort(shouldTerminate?: boolean): Promise<void>;
  }
}
