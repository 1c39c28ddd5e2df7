/**
 * What is half written of a plan, kept on the server for its writer alone: a closed tab loses nothing, and nothing of it ever lies on
 * this computer. Only what differs from the beginning is kept, so that taking it up again undoes no colleague's change.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { deleteJson, getJson, putJson, type Offline, type Refused } from '@/data/api';
import { dict, maybe, number, record, type Json } from '@/data/shape';

export type Content = Readonly<Record<string, Json>>;

const PAUSE_MS = 800;
const parse = record({ content: maybe(dict((raw) => raw as Json)), saved_at: maybe(number) });

export interface Unsent {
  /** Whether what was half written is known: a form that is shown before would be kept over it unread. */
  readonly isReady: Ref<boolean>;
  readonly failure: ShallowRef<Refused | Offline | null>;
  readonly begin: () => Promise<void>;
  /** When what was taken up again had been written; null when the form began empty. */
  readonly takenUp: Ref<number | null>;
  /** Whether the last words could not be kept: no line. */
  readonly isLoose: Ref<boolean>;
  readonly drop: () => Promise<void>;
  /** Sealed: the server has taken it away itself. */
  readonly finish: () => void;
}

/** Done once after a pause, and not at all when it is called off. */
function paused(work: () => Promise<void>): { readonly later: () => void; readonly stop: () => boolean } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): boolean => {
    const wasWaiting = timer !== undefined;
    clearTimeout(timer);
    timer = undefined;
    return wasWaiting;
  };
  const run = (): void => {
    timer = undefined;
    void work();
  };
  return {
    stop,
    later: () => {
      stop();
      timer = setTimeout(run, PAUSE_MS);
    },
  };
}

export function useUnsent(subject: string, changed: () => Content, takeUp: (content: Content) => Promise<void>): Unsent {
  const path = `/api/visits/unsent/${subject}`;
  const takenUp = ref<number | null>(null);
  const isLoose = ref(false);
  const isReady = ref(false);
  const failure = shallowRef<Refused | Offline | null>(null);
  let isKept = false;
  let isFinished = false;

  const keep = async (): Promise<void> => {
    const content = changed();
    if (Object.keys(content).length === 0 && !isKept) return;
    const answer = await putJson(path, { content }, parse);
    isKept ||= answer.ok;
    isLoose.value = !answer.ok;
  };
  const { later, stop } = paused(keep);

  const begin = async (): Promise<void> => {
    const answer = await getJson(path, parse);
    failure.value = answer.ok ? null : answer;
    if (!answer.ok) return;
    isKept = Object.keys(answer.value.content ?? {}).length > 0;
    if (isKept) {
      await takeUp(answer.value.content ?? {});
      takenUp.value = answer.value.saved_at;
    }
    isReady.value = true;
  };

  void begin();
  watch(() => JSON.stringify(changed()), () => {
    if (isReady.value && !isFinished) later();
  });
  onScopeDispose(() => {
    if (stop()) void keep();
  });

  return {
    isReady, failure, begin, takenUp, isLoose,
    finish: () => {
      stop();
      isFinished = true;
    },
    drop: async () => {
      stop();
      takenUp.value = null;
      isKept = false;
      await deleteJson(path);
    },
  };
}
