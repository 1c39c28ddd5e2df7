/** The companies of one's regions as options; read once when a form opens. */
import { onMounted, shallowRef, type ShallowRef } from 'vue';
import { getJson, page } from '@/data/api';
import { record, text } from '@/data/shape';
import type { FilterOption } from '@/desk/columns';

export function useCompanies(): ShallowRef<readonly FilterOption[]> {
  const found = shallowRef<readonly FilterOption[]>([]);
  onMounted(async () => {
    const told = await getJson('/api/companies?limit=200', page(record({ id: text, name: text })));
    if (told.ok) found.value = told.value.items.map(({ id, name }) => ({ value: id, label: name }));
  });
  return found;
}
