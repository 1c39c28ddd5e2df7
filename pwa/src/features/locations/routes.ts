import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/place/:kind(location|asset)/:id',
    component: () => import('./PlacePage.vue'),
    props: true,
    meta: { tab: 'scan', title: 'locations.title', messages: ['locations'] },
  },
  {
    // The address printed in every tag: the phone's own camera opens it.
    path: '/t/:code',
    component: () => import('./TagPage.vue'),
    props: true,
    meta: { tab: 'scan', title: 'locations.tag-title', messages: ['locations'] },
  },
];
