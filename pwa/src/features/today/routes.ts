import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/today',
    component: () => import('./TodayPage.vue'),
    meta: { tab: 'today', title: 'today.title', messages: ['today'] },
  },
];
