/** The cards for the first page, with their words. */
import type { Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';
import SealedCards from './SealedCards.vue';

export async function load(): Promise<Component> {
  await loadMessages(['visits']);
  return SealedCards;
}
