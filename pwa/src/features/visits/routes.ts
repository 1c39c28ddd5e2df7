import type { RouteRecordRaw } from 'vue-router';

const phone = { messages: ['visits', 'answers', 'photo'], title: 'visits.one', tab: 'today' } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/visits/:id', component: () => import('./VisitPage.vue'), meta: phone },
  { path: '/visits/:id/arrive', component: () => import('./ArrivePage.vue'), meta: { ...phone, title: 'visits.arrive' } },
];
