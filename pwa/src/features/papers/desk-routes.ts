import type { RouteMeta, RouteRecordRaw } from 'vue-router';

const meta = (title: string): RouteMeta => ({ messages: ['papers-desk', 'desk', 'problem'], title: `papers-desk.${title}`, frame: 'desk' });

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/papers', component: () => import('./desk/PaperList.vue'), meta: meta('title'),
    children: [{ path: ':id', component: () => import('./desk/PaperDrawer.vue'), meta: meta('title') }],
  },
  { path: '/desk/offices', component: () => import('./desk/OfficesPage.vue'), meta: meta('offices') },
];
