/** Making a rescue file: what is in it, how far it has come, and what went wrong. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';
import { browserEnv } from '@/data/env';
import { deviceName } from '@/device/where';
import { isFull } from '@/sync/guard';
import { gather, type Gathered } from '@/sync/rescue/gather';
import { bureauKey } from '@/sync/rescue/key';
import type { BureauKey, Lock } from '@/sync/rescue/shell';
import { MemoryShelf, RescueStore, type Job, type Shelf } from '@/sync/rescue/store';
import { beginFile, continueFile, type Author, type Progress } from '@/sync/rescue/write';

/** full: no room even for one photo. failed: the browser broke off. */
export type Trouble = 'full' | 'failed';

export interface Maker {
  readonly found: Readonly<ShallowRef<Gathered | null>>;
  readonly job: Readonly<ShallowRef<Job | null>>;
  readonly progress: Readonly<ShallowRef<Progress | null>>;
  readonly isBusy: Readonly<Ref<boolean>>;
  /** The file is in memory only: leaving the page loses it. */
  readonly isFleeting: Readonly<Ref<boolean>>;
  readonly trouble: Readonly<Ref<Trouble | null>>;
  readonly bureau: Readonly<ShallowRef<BureauKey | null>>;
  readonly begin: (lock: Lock) => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => void;
  readonly file: () => Promise<Blob>;
  readonly drop: () => Promise<void>;
}

const send: typeof fetch = (input, init) => fetch(input, init);

interface State {
  readonly job: ShallowRef<Job | null>;
  readonly progress: ShallowRef<Progress | null>;
  readonly isBusy: Ref<boolean>;
  readonly isFleeting: Ref<boolean>;
  readonly trouble: Ref<Trouble | null>;
}

class Making {
  shelf: Shelf;
  #stop = new AbortController();
  readonly #disk = new RescueStore(browserEnv());
  readonly #db: Database;
  readonly #state: State;

  constructor(db: Database, state: State) {
    this.#db = db;
    this.#state = state;
    this.shelf = this.#disk;
  }

  async write(first: () => Promise<Job>): Promise<void> {
    const { isBusy, trouble, progress, job } = this.#state;
    isBusy.value = true;
    trouble.value = null;
    this.#stop = new AbortController();
    try {
      job.value = await first();
      progress.value = { done: job.value.photos - job.value.todo.length, all: job.value.photos };
      job.value = await continueFile(this.#db, this.shelf, job.value, (told) => { progress.value = told; }, this.#stop.signal);
    } finally {
      isBusy.value = false;
    }
  }

  /** Without room on the disk the file is made in memory, once. */
  async writeSomewhere(first: () => Promise<Job>): Promise<void> {
    try {
      await this.write(first);
    } catch (error) {
      if (!isFull(error) || this.shelf !== this.#disk) {
        this.#state.trouble.value = isFull(error) ? 'full' : 'failed';
        return;
      }
      await this.#disk.drop(this.#db.user).catch(() => undefined);
      this.shelf = new MemoryShelf();
      this.#state.isFleeting.value = true;
      await this.write(first).catch(() => { this.#state.trouble.value = 'failed'; });
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  close(): void {
    this.stop();
    this.#disk.close();
  }
}

const nothingYet = (): State => ({
  job: shallowRef(null), progress: shallowRef(null), isBusy: ref(false), isFleeting: ref(false), trouble: ref(null),
});

export function useMaker(db: Database, author: Author, piece: string | null): Maker {
  const state = nothingYet();
  const making = new Making(db, state);
  const found = shallowRef<Gathered | null>(null);
  const bureau = shallowRef<BureauKey | null>(null);
  const wish = { author, piece, app: __APP_VERSION__, device: deviceName() };
  const look = async (): Promise<void> => {
    found.value = await gather(db, piece);
    state.job.value = (await making.shelf.latest(db.user)) ?? null;
  };
  void look().catch(() => { state.trouble.value = 'failed'; });
  void bureauKey(browserEnv(), send).then((key) => { bureau.value = key; });
  onScopeDispose(() => { making.close(); });
  return {
    ...state, found, bureau,
    begin: (lock) => making.writeSomewhere(() => beginFile(db, making.shelf, { ...wish, lock })),
    resume: () => making.writeSomewhere(async () => (await making.shelf.latest(db.user)) ?? Promise.reject(new Error('gone'))),
    stop: () => { making.stop(); },
    file: () => making.shelf.file(state.job.value?.id ?? ''),
    drop: async () => {
      await making.shelf.drop(db.user);
      state.job.value = null;
      state.progress.value = null;
      await look();
    },
  };
}
