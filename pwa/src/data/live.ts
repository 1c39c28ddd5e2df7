/** A query that stays true: it runs again whenever this or another tab changes what it has read. */
import { Dexie, liveQuery, type Subscription } from 'dexie';
import { getCurrentScope, onScopeDispose, shallowReadonly, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue';

const RETRY_MS = 1000;
/** Dexie's query remembers every change that did not concern it, until it runs again. After so many it is begun anew. */
const REMEMBERED = 500;

export type Live<T> = Readonly<ShallowRef<T>>;

/** Calls `next` with every new result until the returned function is called. A lost connection only delays it. */
export const subscribe = <T>(query: () => Promise<T>, next: (value: T) => void): (() => void) => {
  let stopped = false;
  let unconcerned = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: Subscription | undefined;
  const start = (): void => {
    if (stopped) return;
    clearTimeout(timer);
    current?.unsubscribe();
    unconcerned = 0;
    // Dexie follows the reads behind several awaits only when what it is given is itself an async function.
    current = liveQuery(async () => query()).subscribe({
      next: (value) => {
        unconcerned = 0;
        next(value);
      },
      error: () => {
        timer = setTimeout(start, RETRY_MS);
      },
    });
  };
  const count = (): void => {
    unconcerned += 1;
    if (unconcerned >= REMEMBERED) start();
  };
  Dexie.on('storagemutated', count);
  start();
  return () => {
    stopped = true;
    clearTimeout(timer);
    Dexie.on.storagemutated.unsubscribe(count);
    current?.unsubscribe();
  };
};

/**
 * The query's newest result, `initial` until the first one. Name in `sources` every reactive value the query depends on:
 * when one changes, the query starts anew. A result that is `same` as the one before wakes nobody.
 */
export const useLive = <T>(
  query: () => Promise<T>,
  initial: T,
  sources: readonly WatchSource[] = [],
  same: (a: T, b: T) => boolean = () => false,
): Live<T> => {
  const value = shallowRef(initial);
  let stop: () => void = () => undefined;
  watch(
    [...sources],
    () => {
      stop();
      stop = subscribe(query, (next) => {
        if (!same(value.value, next)) value.value = next;
      });
    },
    { immediate: true },
  );
  if (getCurrentScope() !== undefined) onScopeDispose(() => { stop(); });
  return shallowReadonly(value) as Live<T>;
};
