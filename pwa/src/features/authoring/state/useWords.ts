/** The words that checklists share, as this device holds them: records of the law, criteria, categories. */
import categories from '../../../../../checklists/categories.json';
import { readMeta, type Database } from '@/data/database';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import { isRecord } from '@/data/shape';
import type { FilterOption } from '@/desk/columns';
import { lawWords } from '@/engine/citations';
import type { LawRecord, LawRecords } from '@/engine/law';
import { pick } from '@/i18n/i18n';
import { listAt, valueAt } from '../logic/pointer';

async function wordsNamed(db: Database, name: string): Promise<unknown> {
  const entry = (await readMeta(db, 'manifest'))?.words.find(({ key }) => key === name);
  return entry ? (await db.definitions.get(entry.hash))?.data : undefined;
}

export interface Words {
  readonly laws: () => readonly FilterOption[];
  readonly editions: (law: string) => readonly FilterOption[];
  readonly lawName: (law: string) => string;
  readonly criteria: () => readonly FilterOption[];
  readonly categories: () => readonly FilterOption[];
}

const nameOf = (record: LawRecord): string => {
  const edition = record.editions.at(-1);
  return edition ? lawWords(record, edition) : pick(record.title);
};

const textOf = (raw: unknown): string => (isRecord(raw) ? pick({ zh: String(raw['zh'] ?? ''), en: String(raw['en'] ?? '') }) : '');

/** Lists by key or one after the other: both forms are read. */
const criteriaOf = (raw: unknown): readonly FilterOption[] => {
  const lists = isRecord(raw) ? Object.values(raw).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : isRecord(value) ? Object.values(value) : [])) : [];
  return lists.flatMap((list) => listAt(list, '/entries').map((entry) => ({
    value: `${String(valueAt(list, '/key'))}.${String(valueAt(entry, '/key'))}`,
    label: textOf(valueAt(entry, '/text')),
  })));
};

export function useWords(): Words {
  const db = useDatabase();
  const records = useLive<LawRecords>(async () => {
    const found = await wordsNamed(db, 'basis');
    return (valueAt(found, '/records') ?? {}) as LawRecords;
  }, {});
  const criteria = useLive<unknown>(() => wordsNamed(db, 'criteria'), undefined);
  return {
    laws: () => Object.values(records.value).map((one) => ({ value: one.key, label: nameOf(one) })).sort((a, b) => a.label.localeCompare(b.label, 'zh')),
    editions: (law) => (records.value[law]?.editions ?? []).map((one) => ({ value: one.number, label: one.number })),
    lawName: (law) => { const found = records.value[law]; return found ? nameOf(found) : law; },
    criteria: () => criteriaOf(criteria.value),
    categories: () => categories.categories.map((one) => ({ value: one.key, label: pick(one.label) })),
  };
}
