/** Receipts are fetched, with their words, when there may be some to show. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

type Module = Promise<{ readonly default: Component }>;

const withWords = (load: () => Module): Component =>
  defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), loadMessages(['proof'])]);
    return module.default;
  });

export const ReceiptCard = withWords(() => import('./ReceiptCard.vue'));
export const LatestReceipts = withWords(() => import('./LatestReceipts.vue'));
