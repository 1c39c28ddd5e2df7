import type { RouteRecordRaw } from 'vue-router';

const desk = { frame: 'desk', messages: ['rescue', 'account', 'problem'] } as const;

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
  {
    path: '/desk/rescue',
    component: () => import('./DeskRescuePage.vue'),
    meta: { ...desk, title: 'rescue.desk', messages: [...desk.messages] },
  },
  {
    path: '/desk/phones',
    component: () => import('./DeskPhonesPage.vue'),
    meta: { ...desk, title: 'rescue.phones', messages: [...desk.messages] },
  },
];
