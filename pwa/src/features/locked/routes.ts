import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  { path: '/locked', component: () => import('./LockedPage.vue'), meta: { title: 'locked.title', messages: ['locked'], tab: 'today' } },
];
