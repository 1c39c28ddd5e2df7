import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/planning',
    component: () => import('./PlanningPage.vue'),
    meta: { frame: 'desk', messages: ['planning', 'desk', 'problem'], title: 'planning.title' },
  },
];
