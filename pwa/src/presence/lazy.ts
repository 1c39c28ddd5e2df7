/** What other pages show of presence, fetched with its words. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages(['presence'])]);
    return module.default;
  });

export const AskCard = withWords(() => import('./AskCard.vue'));
export const PresencePanel = withWords(() => import('./PresencePanel.vue'));
