/** Parts of sealed visits that other pages show, fetched with their words when there is something to show. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages(['visits'])]);
    return module.default;
  });

export const VisitOfTask = withWords(() => import('./VisitOfTask.vue'));
