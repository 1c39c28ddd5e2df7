import type { RouteMeta, RouteRecordRaw } from 'vue-router';

const meta = (title: string): RouteMeta => ({ messages: ['papers', 'photo', 'answers'], title: `papers.${title}`, tab: 'today', bar: false });

export const routes: readonly RouteRecordRaw[] = [
  { path: '/inspections/:id/papers', component: () => import('./pages/PapersPage.vue'), props: true, meta: meta('title') },
  { path: '/inspections/:id/papers/:kind', component: () => import('./pages/FormPage.vue'), props: true, meta: meta('write') },
  { path: '/inspections/:id/papers/:kind/sign', component: () => import('./pages/SigningPage.vue'), props: true, meta: meta('signing') },
  { path: '/papers/:id', component: () => import('./pages/PaperPage.vue'), props: true, meta: meta('paper') },
  { path: '/v/:code', component: () => import('./pages/VerifyPage.vue'), props: true, meta: { ...meta('verify'), open: true } },
];
