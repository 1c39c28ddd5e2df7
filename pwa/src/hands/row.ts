/** The line on the first page that leads to the cards, with its words. */
import type { Component } from 'vue';
import { loadMessages } from '@/i18n/i18n';
import HandsRow from './HandsRow.vue';

export async function load(): Promise<Component> {
  await loadMessages(['hands']);
  return HandsRow;
}
