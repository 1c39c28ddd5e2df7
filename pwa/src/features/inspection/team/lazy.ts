/** Parts of the team that are fetched, with their words, when somebody is not alone. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages(['team'])]);
    return module.default;
  });

export const LineTeam = withWords(() => import('./LineTeam.vue'));
export const MineBar = withWords(() => import('./MineBar.vue'));
export const OpenDisputes = withWords(() => import('./OpenDisputes.vue'));
