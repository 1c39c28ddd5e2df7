/** The bottom bar and the desk's rail, in the present language. */
import { computed, type ComputedRef } from 'vue';
import { may } from '@/data/session';
import { t } from '@/i18n/i18n';
import type { Tab } from '@/ui/AppShell.vue';
import { IconHazard, IconLedger, IconMe, IconScan, IconToday } from '@/ui/icons';

export const tabs: ComputedRef<readonly Tab[]> = computed(() => [
  { key: 'today', to: '/today', label: t('common.tab.today'), icon: IconToday },
  { key: 'hazards', to: '/hazards', label: t('common.tab.hazards'), icon: IconHazard },
  { key: 'scan', to: '/scan', label: t('common.tab.scan'), icon: IconScan, isCentre: true },
  { key: 'ledger', to: '/ledger', label: t('common.tab.ledger'), icon: IconLedger },
  { key: 'me', to: '/me', label: t('common.tab.me'), icon: IconMe },
]);

/** Whose day is spent at the desk. */
export const worksAtDesk = (): boolean => may('org.manage') || may('people.manage') || may('audit.read') || may('visits.seal');
