import type { RouteRecordRaw } from 'vue-router';

const messages = ['problems', 'account', 'problem'] as const;
const desk = { messages: [...messages, 'desk'], title: 'problems.desk', frame: 'desk' } as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/problems',
    component: () => import('./DeskProblemsPage.vue'),
    meta: desk,
    children: [{ path: ':id', component: () => import('./DeskProblemDrawer.vue'), meta: desk }],
  },
];
