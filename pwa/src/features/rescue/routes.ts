import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/me/rescue',
    component: () => import('./RescuePage.vue'),
    meta: { tab: 'me', title: 'rescue.title', messages: ['rescue', 'problem'] },
  },
  {
    path: '/rescue',
    component: () => import('./LockedPage.vue'),
    meta: { frame: 'bare', open: true, title: 'rescue.title', messages: ['rescue', 'problem'] },
  },
  {
    path: '/guide',
    component: () => import('./GuidePage.vue'),
    meta: { frame: 'bare', open: true, title: 'rescue.guide', messages: ['rescue'] },
  },
];
