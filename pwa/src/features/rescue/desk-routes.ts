import type { RouteRecordRaw } from 'vue-router';

const desk = { frame: 'desk', messages: ['rescue', 'account', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
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
