/** The half-written hazard of one line: proposed by the item, on the disk with every change. */

import { onMounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';
import { valueWords } from '@/answers/words';
import type { Item, Values } from '@/engine/definition';
import { locale } from '@/i18n/i18n';
import { keepHazardDraft } from '../commands';
import { asPublished, newDraft, readDraft, type HazardDraft } from '../logic/hazard-draft';
import { hazardDraftKey, unitPeople } from '../queries';

export interface DraftSource {
  readonly db: Database;
  readonly inspection: string;
  readonly unit: string;
  readonly line: string;
  readonly item: Item;
  readonly values: Values;
  /** Fields that are out of their limits. */
  readonly out: readonly string[];
  readonly today: string;
}

/** What is known to be wrong already, in words: the readings that are out, the chosen faults, the note. */
export function foundWords(item: Item, values: Values, out: readonly string[]): string[] {
  const pick = asPublished(locale.value);
  const specs = [
    ...(item.answer.type === 'pass-fail-na' ? [] : [{ field: 'v', spec: item.answer, label: '' }]),
    ...(item.readings ?? []).map((reading) => ({ field: `r.${reading.key}`, spec: reading, label: pick(reading.label) })),
  ];
  const readings = specs
    .filter(({ field }) => out.includes(field))
    .map(({ field, spec, label }) => [label, valueWords(spec, values[field] ?? null)].filter((part) => part !== '').join(' '));
  const note = values['note'];
  return [...readings, ...(typeof note === 'string' && note !== '' ? [note] : [])].filter((words) => words !== '');
}

/** The first value that is known. */
const settled = (suspect: Ref<boolean | undefined>): Promise<boolean> =>
  new Promise((resolve) => {
    const stop = watch(
      suspect,
      (known) => {
        if (known === undefined) return;
        queueMicrotask(() => { stop(); });
        resolve(known);
      },
      { immediate: true },
    );
  });

export interface DraftState {
  readonly draft: ShallowRef<HazardDraft | null>;
  readonly change: (part: Partial<HazardDraft>) => Promise<void>;
}

/** `suspect` is undefined until it is known whether the answers point to a criterion of a major hazard. */
export function useHazardDraft(source: DraftSource, suspect: Ref<boolean | undefined>): DraftState {
  const { db, inspection, line, item } = source;
  const draft = shallowRef<HazardDraft | null>(null);

  async function begin(): Promise<void> {
    const kept = readDraft((await db.drafts.get(hazardDraftKey(inspection, line)))?.data);
    if (kept) {
      draft.value = kept;
      return;
    }
    const pick = asPublished(locale.value);
    const people = await unitPeople(db, source.unit);
    const officer = people.find((person) => person.roles.includes('safety_officer'));
    draft.value = newDraft({
      id: db.env.id(),
      ask: pick(item.ask),
      found: foundWords(item, source.values, source.out),
      defaults: item.on_fail?.hazard,
      pick,
      today: source.today,
      assignee: officer?.id ?? null,
      suspect: await settled(suspect),
    });
    await keepHazardDraft(db, inspection, line, draft.value);
  }

  onMounted(begin);

  return {
    draft,
    change: async (part) => {
      if (!draft.value) return;
      draft.value = { ...draft.value, ...part };
      await keepHazardDraft(db, inspection, line, draft.value);
    },
  };
}
