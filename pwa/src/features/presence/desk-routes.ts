import type { RouteMeta, RouteRecordRaw } from 'vue-router';

const meta = (): RouteMeta => ({ frame: 'desk', messages: ['presence-desk', 'desk', 'problem'], title: 'presence-desk.facts' });

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/presence',
    component: () => import('./FactsPage.vue'),
    meta: meta(),
    children: [{ path: ':id', component: () => import('./FactDrawer.vue'), meta: meta() }],
  },
];
