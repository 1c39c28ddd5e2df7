/** A list on the server: filters from the address, pages by cursor, one request at a time. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { getJson, page, withQuery, type Offline, type PageOf, type Refused, type Result } from '@/data/api';
import type { Parse } from '@/data/shape';

export interface ServerList<R> {
  readonly rows: ShallowRef<readonly R[]>;
  readonly total: Ref<number>;
  readonly hasMore: ComputedRef<boolean>;
  readonly isLoading: Ref<boolean>;
  readonly failure: ShallowRef<Refused | Offline | null>;
  readonly filters: ComputedRef<Readonly<Record<string, string>>>;
  readonly setFilter: (key: string, value: string) => void;
  readonly more: () => Promise<void>;
  readonly reload: () => Promise<void>;
}

const LIMIT = 50;
/** The server gives no more at once. */
const MOST = 250;

function withFilter(query: LocationQuery, key: string, value: string): LocationQuery {
  return Object.fromEntries(Object.entries({ ...query, [key]: value }).filter(([, v]) => v !== ''));
}

function filtersOf(query: LocationQuery, keys: readonly string[]): Readonly<Record<string, string>> {
  const entries = keys.map((key): [string, unknown] => [key, query[key]]);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''));
}

type Ask<R> = (cursor: string | null, limit: number) => Promise<Result<PageOf<R>>>;

/** As many rows as wanted, in as many requests as that takes; nothing is shown before all are here. */
async function gather<R>(ask: Ask<R>, from: string | null, wanted: number): Promise<Result<PageOf<R>>> {
  let items: readonly R[] = [];
  let cursor = from;
  for (;;) {
    const result = await ask(cursor, Math.min(MOST, wanted - items.length));
    if (!result.ok) return result;
    items = [...items, ...result.value.items];
    cursor = result.value.next;
    if (cursor === null || items.length >= wanted) return { ok: true, value: { ...result.value, items } };
  }
}

/** The address follows a moment later: a filter set meanwhile builds on the one before it. */
function useSetFilter(): (key: string, value: string) => void {
  const route = useRoute();
  const router = useRouter();
  let wanted: LocationQuery | null = null;
  return (key, value) => {
    const mine = withFilter(wanted ?? route.query, key, value);
    wanted = mine;
    void router.replace({ path: route.path, query: mine }).finally(() => { if (wanted === mine) wanted = null; });
  };
}

export function useList<R>(path: string, parse: Parse<R>, keys: readonly string[], fixed: Readonly<Record<string, string>> = {}): ServerList<R> {
  const route = useRoute();
  const rows = shallowRef<readonly R[]>([]);
  const total = ref(0);
  const next = ref<string | null>(null);
  const isLoading = ref(false);
  const failure = shallowRef<Refused | Offline | null>(null);
  const base = route.path;
  let current: AbortController | null = null;

  const filters = computed(() => filtersOf(route.query, keys));

  function take(result: PageOf<R>, kept: readonly R[]): void {
    rows.value = [...kept, ...result.items];
    total.value = result.total;
    next.value = result.next;
    failure.value = null;
  }

  async function load(from: string | null, wanted = LIMIT): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    isLoading.value = true;
    const ask: Ask<R> = (cursor, limit) =>
      getJson(withQuery(path, { ...fixed, ...filters.value, cursor, limit }), page(parse), mine.signal);
    const result = await gather(ask, from, wanted);
    if (current !== mine) return;
    isLoading.value = false;
    if (result.ok) take(result.value, from === null ? [] : rows.value);
    else failure.value = result;
  }

  const setFilter = useSetFilter();

  /** As much as is shown now: whoever has scrolled down stays there. */
  const reload = (): Promise<void> => load(null, Math.max(LIMIT, rows.value.length));
  /** The drawer's pages share the list's address; a page of another list does not. */
  const follow = (): void => { if (route.path.startsWith(base)) void load(null); };
  watch(() => JSON.stringify(filters.value), follow, { immediate: true });
  onScopeDispose(() => current?.abort());

  return {
    rows,
    total,
    hasMore: computed(() => next.value !== null),
    isLoading,
    failure,
    filters,
    setFilter,
    more: () => load(next.value),
    reload,
  };
}
