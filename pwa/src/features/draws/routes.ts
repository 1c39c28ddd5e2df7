import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  { path: '/verify/draw', component: () => import('./VerifyPage.vue'), meta: { frame: 'bare', open: true, messages: ['draws'], title: 'draws.verify' } },
];
