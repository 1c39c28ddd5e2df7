/** Asks the server who of those chosen should stand aside. It knows what nobody has declared, too: employers, contracts, regions. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import { postJson } from '@/data/api';
import { list, record } from '@/data/shape';
import { pick } from '@/i18n/i18n';
import { aside, type VisitAside } from './desk';

export interface AsideView {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  /** Given when the plan was sealed or changed before. */
  readonly reason: string | null;
}

export interface Chosen {
  readonly unit: string;
  readonly mode: string;
  readonly people: readonly string[];
}

const parse = record({ items: list(aside) });

export function useRecusals(chosen: () => Chosen, known: readonly VisitAside[], nameOf: (id: string) => string): { readonly asides: ComputedRef<readonly AsideView[]> } {
  const found = shallowRef<readonly VisitAside[]>([]);
  let asked = 0;

  async function ask({ unit, mode, people }: Chosen): Promise<void> {
    const mine = (asked += 1);
    if (unit === '' || mode === '' || people.length === 0) found.value = [];
    else {
      const answer = await postJson('/api/visits/recusals', { unit_id: unit, mode, person_ids: people }, parse);
      if (mine === asked) found.value = answer.ok ? answer.value.items : [];
    }
  }

  watch(() => JSON.stringify(chosen()), () => void ask(chosen()), { immediate: true });

  const reasonOf = (one: VisitAside): string | null => known.find((old) => old.person_id === one.person_id && old.text.zh === one.text.zh)?.reason ?? null;
  const asides = computed(() =>
    found.value.map((one) => ({ key: `${one.person_id} ${one.text.zh}`, name: nameOf(one.person_id), text: pick({ zh: one.text.zh, en: one.text.en }), reason: reasonOf(one) })),
  );
  return { asides };
}
