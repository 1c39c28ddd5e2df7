/** The published checklists by name, from the manifest that this device keeps. */
import { readMeta } from '@/data/database';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import type { Manifest } from '@/data/tables';
import type { FilterOption } from '@/desk/columns';
import { pick } from '@/i18n/i18n';

export interface Checklists {
  readonly title: (key: string) => string;
  readonly options: () => readonly FilterOption[];
}

export function useChecklists(): Checklists {
  const db = useDatabase();
  const manifest = useLive<Manifest | null>(async () => (await readMeta(db, 'manifest')) ?? null, null);
  const options = (): readonly FilterOption[] =>
    (manifest.value?.definitions ?? []).map(({ key, title }) => ({ value: key, label: pick({ zh: title['zh'] ?? key, en: title['en'] }) }));
  return { options, title: (key) => options().find(({ value }) => value === key)?.label ?? key };
}
