import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/presence', component: () => import('./FactsPage.vue'), meta: { frame: 'desk', messages: ['presence', 'desk', 'problem'], title: 'presence.facts' } },
];
