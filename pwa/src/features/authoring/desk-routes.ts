import type { RouteMeta, RouteRecordRaw } from 'vue-router';

const meta = (title: string): RouteMeta => ({
  messages: ['desk', 'authoring', 'inspection', 'visit', 'answers', 'photo', 'problem'], title: `authoring.${title}`, frame: 'desk',
});

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/checklists', component: () => import('./pages/ChecklistsPage.vue'), meta: meta('checklists') },
  { path: '/desk/checklists/import', component: () => import('./pages/ImportPage.vue'), meta: meta('import') },
  { path: '/desk/checklists/:key', component: () => import('./pages/ChecklistPage.vue'), meta: meta('checklist') },
  { path: '/desk/drafts/:id', component: () => import('./pages/DraftPage.vue'), props: true, meta: meta('draft') },
];
