import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/citations',
    component: () => import('./CitationsPage.vue'),
    meta: { messages: ['desk', 'law', 'problem'], title: 'law.citations', frame: 'desk' },
  },
];
