import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  { path: '/attend/visit/:inspection', component: () => import('./AttendPage.vue'), meta: { tab: 'today', bar: false, messages: ['campaigns', 'answers'], title: 'campaigns.attend' } },
  { path: '/attend/:assignment', component: () => import('./AttendPage.vue'), meta: { tab: 'today', bar: false, messages: ['campaigns', 'answers'], title: 'campaigns.attend' } },
];
