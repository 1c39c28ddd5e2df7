import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/scan',
    component: () => import('./ScanPage.vue'),
    meta: { tab: 'scan', title: 'scan.title', messages: ['scan'] },
  },
];
