/** The campaigns that this person may see, as options; nothing while off line or without the right. */
import { shallowRef, type ShallowRef } from 'vue';
import { getJson, page, withQuery } from '@/data/api';
import { may } from '@/data/session';
import { record, text } from '@/data/shape';
import type { FilterOption } from '@/desk/columns';

const parse = record({ id: text, name: text });
const MOST = 200;

export function useCampaigns(state = ''): ShallowRef<readonly FilterOption[]> {
  const options = shallowRef<readonly FilterOption[]>([]);
  if (may('campaigns.read')) {
    void getJson(withQuery('/api/campaigns', { state, limit: MOST }), page(parse)).then((answer) => {
      if (answer.ok) options.value = answer.value.items.map(({ id, name }) => ({ value: id, label: name }));
    });
  }
  return options;
}
