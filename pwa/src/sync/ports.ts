/** What the sync core needs from outside, besides the database. */
import type { Custodian } from '../custody/custodian';
import type { Locks } from '../data/locks';

/** Sends one file, from where it stopped. Resolves when the server has all bytes. */
export type Uploader = (job: UploadJob) => Promise<void>;

export interface UploadJob {
  readonly blob: Blob;
  /** Where an earlier attempt got to; null for a new upload. */
  readonly url: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onUrl: (url: string) => Promise<void>;
  readonly onProgress: (offset: number) => void;
}

export interface Connection {
  /** A hint to try sooner or later, never a reason not to try when asked. */
  readonly online: boolean;
  readonly cellular: boolean;
}

export interface Ports {
  readonly fetch: typeof fetch;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Runs `work` after `ms`; the returned function calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly locks: Locks;
  readonly connection: () => Connection;
  readonly upload: Uploader;
  /** Null where the platform cannot compress. */
  readonly gzip: ((text: string) => Promise<Uint8Array<ArrayBuffer>>) | null;
  readonly app: string;
  /** The server wants the password again. */
  readonly expire: () => void;
  /** The device's present person; work of another is never sent. */
  readonly person: () => Promise<string | null>;
  /** Ties and signs what is sent. Absent where nothing is signed. */
  readonly custody?: Custodian;
}
