/** What other pages show of presence, fetched with its words. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (words: string, load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages([words])]);
    return module.default;
  });

export const AskCard = withWords('presence', () => import('./AskCard.vue'));
export const StartAsk = withWords('presence', () => import('./StartAsk.vue'));
export const PresencePanel = withWords('presence-desk', () => import('./PresencePanel.vue'));
export const FlagReasons = withWords('presence-desk', () => import('./FlagReasons.vue'));
export const TagScans = withWords('presence-desk', () => import('./TagScans.vue'));
export const FactLinks = withWords('presence-desk', () => import('./FactLinks.vue'));
