/** Peer checks on the first page, fetched with their words when there is one. */
import { defineAsyncComponent, type Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';

export const PeerCards: Component = defineAsyncComponent(async () => {
  const [module] = await Promise.all([import('./PeerCards.vue'), loadMessages(['peers'])]);
  return module.default;
});
