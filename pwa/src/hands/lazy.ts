/** The cards about one's own hand on other pages, fetched with their words. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages(['hands'])]);
    return module.default;
  });

export const OwnHands = withWords(() => import('./OwnHands.vue'));
export const HandsRow = withWords(() => import('./HandsRow.vue'));
