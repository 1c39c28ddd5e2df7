import type { RouteRecordRaw } from 'vue-router';

const desk = { messages: ['visits', 'desk', 'problem'], title: 'visits.desk', frame: 'desk' } as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/visits',
    component: () => import('./DeskVisitsPage.vue'),
    meta: desk,
    children: [{ path: ':id', component: () => import('./DeskVisitDrawer.vue'), meta: desk }],
  },
];
