/** Names of the people of a team, as far as this phone knows them. */
import { computed, type ComputedRef } from 'vue';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import { get } from '@/data/view';
import { t } from '@/i18n/i18n';

export type NameOf = (person: string) => string;

/** Oneself is "I"; somebody this phone does not know is a colleague. */
export function useNames(people: () => readonly string[]): ComputedRef<NameOf> {
  const db = useDatabase();
  const names = useLive<ReadonlyMap<string, string>>(
    async () => new Map(await Promise.all(people().map(async (id) => [id, (await get(db, 'person', id))?.name ?? ''] as const))),
    new Map(),
    [() => people().join(' ')],
  );
  return computed(() => (person) => (person === db.user ? t('team.me') : names.value.get(person) || t('team.colleague')));
}
