import type { RouteRecordRaw } from 'vue-router';

const meta = { frame: 'desk', messages: ['flags', 'desk', 'photo', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/flags', component: () => import('./FlagsPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'flags.title' } },
  { path: '/desk/flags/:id', component: () => import('./FlagPage.vue'), meta: { ...meta, messages: [...meta.messages], title: 'flags.one' } },
];
