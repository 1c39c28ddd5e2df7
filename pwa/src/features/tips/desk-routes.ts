import type { RouteRecordRaw } from 'vue-router';

const meta = { frame: 'desk', messages: ['tips', 'desk', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/tips', component: () => import('./TipsPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'tips.title' } },
  { path: '/desk/tips/:id', component: () => import('./TipPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'tips.one' } },
];
