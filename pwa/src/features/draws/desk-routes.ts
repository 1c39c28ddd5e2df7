import type { RouteRecordRaw } from 'vue-router';

const meta = { frame: 'desk', messages: ['draws', 'desk', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/draws', component: () => import('./DrawsPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'draws.title' } },
  { path: '/desk/draws/new', component: () => import('./NewDrawPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'draws.new' } },
  { path: '/desk/draws/:id', component: () => import('./DrawPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'draws.one' } },
];
