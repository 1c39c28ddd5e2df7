/** The published checklists, from the manifest that sync keeps on this device. */
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import { readMeta } from '@/data/database';
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
    (manifest.value?.definitions ?? []).map((one) => ({
      value: one.key,
      label: pick({ zh: one.title['zh'] ?? one.key, en: one.title['en'] }),
    }));
  return { options, title: (key) => options().find((one) => one.value === key)?.label ?? key };
}
