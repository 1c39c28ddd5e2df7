/** The part of a campaign's matrix that an address names, and how it is told in words. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { useRoute } from 'vue-router';
import { getJson } from '@/data/api';
import { useLive } from '@/data/live';
import { useDatabase } from '@/data/session';
import { view } from '@/data/view';
import { pick, t } from '@/i18n/i18n';
import { modeName, wayOptions } from '@/i18n/published/modes';
import { parseCampaign, type Campaign } from './campaign';
import { partOf } from './logic/part';
import { useAreas, windowName } from './useWords';

export interface PartInWords {
  readonly id: string;
  readonly campaign: ShallowRef<Campaign | null>;
  readonly part: ComputedRef<Readonly<Record<string, string>>>;
  readonly words: ComputedRef<readonly string[]>;
}

export function usePart(): PartInWords {
  const route = useRoute();
  const id = String(route.params['campaign']);
  const db = useDatabase();
  const areas = useAreas();
  const campaign = shallowRef<Campaign | null>(null);
  void getJson(`/api/campaigns/${id}`, parseCampaign).then((answer) => { if (answer.ok) campaign.value = answer.value; });
  const part = computed(() => partOf(route.query));
  const unit = useLive(async () => (await view(db).get('unit', part.value['unit_id'] ?? ''))?.name ?? '', '');

  const stretch = (key: string): string => {
    const phase = campaign.value?.phases.find((one) => one.key === key);
    return phase && part.value['every'] === 'phase' ? pick(phase.name) : windowName({ key, name: null, first: null, last: null });
  };
  /** One line for each thing that an address may ask. */
  const tell: Readonly<Record<string, (asked: string) => string>> = {
    unit_id: () => (unit.value === '' ? '' : t('campaigns.records-unit', { name: unit.value })),
    way: (key) => wayOptions().find(({ value }) => value === key)?.label ?? key,
    mode: modeName,
    focus: areas.title,
    window: (key) => t('campaigns.records-window', { name: stretch(key) }),
    planned: () => t('campaigns.units-only-planned'),
    led: () => t('campaigns.record-led'),
  };
  const words = computed(() => Object.entries(part.value).map(([key, asked]) => tell[key]?.(asked) ?? '').filter((one) => one !== ''));
  return { id, campaign, part, words };
}
