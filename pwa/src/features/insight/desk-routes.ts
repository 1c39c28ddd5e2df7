import type { RouteRecordRaw } from 'vue-router';

const meta = { frame: 'desk', messages: ['insight', 'desk', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/gap', component: () => import('./GapPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'insight.title' } },
  { path: '/desk/gap/pairs', component: () => import('./PairsPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'insight.pairs' } },
];
