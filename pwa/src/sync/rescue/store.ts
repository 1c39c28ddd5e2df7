/**
 * Unfinished and finished rescue files, piece by piece on the disk: a browser that closes in the middle goes on where it
 * stopped, and no more than one photo is ever in memory. A database of its own, so that nothing of a person's data moves.
 */
import { Dexie, type Table } from 'dexie';
import type { Env } from '../../data/env';
import { isFull } from '../guard';
import type { PhotoToSave } from './gather';
import type { Sealing } from './shell';
import type { Member } from './zip';

export interface Job {
  readonly id: string;
  /** Whose work it is. */
  readonly user: string;
  readonly piece: string | null;
  readonly madeAt: number;
  /** Null once the file is whole: nothing more can be sealed with its key. */
  readonly sealing: Sealing | null;
  readonly lock: 'passphrase' | 'bureau';
  /** The number of the next piece, and where in the ZIP the next member begins. */
  readonly number: number;
  readonly offset: number;
  readonly members: readonly Member[];
  readonly todo: readonly PhotoToSave[];
  readonly work: number;
  readonly photos: number;
  readonly drafts: number;
  readonly bytes: number;
}

interface Part {
  readonly job: string;
  readonly number: number;
  readonly data: Blob | ArrayBuffer;
}

/** Where a file lies while it is made. */
export interface Shelf {
  readonly latest: (user: string) => Promise<Job | undefined>;
  /** What was sealed and how far the file has come are kept together. */
  readonly keep: (job: Job, data: Blob, number: number) => Promise<void>;
  readonly file: (job: string) => Promise<Blob>;
  readonly drop: (user: string) => Promise<void>;
}

export class RescueStore extends Dexie implements Shelf {
  declare jobs: Table<Job, string>;
  declare parts: Table<Part, [string, number]>;

  constructor(env: Pick<Env, 'storage'>) {
    super('anxun-rescue', { cache: 'disabled', chromeTransactionDurability: 'strict', ...env.storage });
    this.version(1).stores({ jobs: 'id, user', parts: '[job+number]' });
  }

  /** The newest file of a person, whole or not. */
  async latest(user: string): Promise<Job | undefined> {
    return (await this.jobs.where('user').equals(user).sortBy('madeAt')).at(-1);
  }

  keep(job: Job, data: Blob, number: number): Promise<void> {
    const save = (kept: Blob | ArrayBuffer): Promise<void> =>
      this.transaction('rw', this.jobs, this.parts, async () => {
        await this.jobs.put(job);
        await this.parts.put({ job: job.id, number, data: kept });
      });
    // Some browsers cannot keep Blobs, some of the time.
    return save(data).catch(async (error: unknown) => {
      if (isFull(error)) throw error;
      await save(await data.arrayBuffer());
    });
  }

  async file(job: string): Promise<Blob> {
    const parts = await this.parts.where('[job+number]').between([job, Dexie.minKey], [job, Dexie.maxKey]).toArray();
    return new Blob(parts.map(({ data }) => data), { type: 'application/octet-stream' });
  }

  /** Only the copy made for sending; the work itself lies elsewhere and stays. */
  drop(user: string): Promise<void> {
    return this.transaction('rw', this.jobs, this.parts, async () => {
      const jobs = await this.jobs.where('user').equals(user).primaryKeys();
      for (const job of jobs) await this.parts.where('[job+number]').between([job, Dexie.minKey], [job, Dexie.maxKey]).delete();
      await this.jobs.bulkDelete(jobs);
    });
  }
}

/** For a disk without room: the file is gone when the page is, and says so. */
export class MemoryShelf implements Shelf {
  #job: Job | undefined;
  #parts: Blob[] = [];

  latest(user: string): Promise<Job | undefined> {
    return Promise.resolve(this.#job?.user === user ? this.#job : undefined);
  }

  keep(job: Job, data: Blob, number: number): Promise<void> {
    this.#job = job;
    this.#parts[number] = data;
    return Promise.resolve();
  }

  file(): Promise<Blob> {
    return Promise.resolve(new Blob(this.#parts.filter(Boolean), { type: 'application/octet-stream' }));
  }

  drop(): Promise<void> {
    this.#job = undefined;
    this.#parts = [];
    return Promise.resolve();
  }
}
