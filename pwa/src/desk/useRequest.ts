/** One request at a time from a form: whether it runs, and why the last one failed. */
import { ref, type Ref } from 'vue';
import type { Offline, Refused, Result } from '@/data/api';

export interface Request {
  readonly isBusy: Ref<boolean>;
  readonly failure: Ref<Refused | Offline | null>;
  /** The answer, or null when there is none; `failure` then says why. */
  readonly run: <T>(work: Promise<Result<T>>) => Promise<T | null>;
}

export function useRequest(): Request {
  const isBusy = ref(false);
  const failure = ref<Refused | Offline | null>(null);

  async function run<T>(work: Promise<Result<T>>): Promise<T | null> {
    isBusy.value = true;
    const result = await work;
    isBusy.value = false;
    failure.value = result.ok ? null : result;
    return result.ok ? result.value : null;
  }

  return { isBusy, failure, run };
}
