import type { RouteRecordRaw } from 'vue-router';

const messages = ['problems', 'account', 'problem'] as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/me/problems',
    component: () => import('./ProblemsPage.vue'),
    meta: { messages, title: 'problems.title', tab: 'me' },
  },
  {
    path: '/me/problems/:id',
    component: () => import('./ProblemPage.vue'),
    meta: { messages, title: 'problems.one', tab: 'me' },
  },
];
