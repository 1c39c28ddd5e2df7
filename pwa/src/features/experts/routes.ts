import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  { path: '/me/recusals', component: () => import('./RecusalsPage.vue'), meta: { messages: ['experts', 'problem'], title: 'experts.own-recusals', tab: 'me' } },
];
