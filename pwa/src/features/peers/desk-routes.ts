import type { RouteRecordRaw } from 'vue-router';

const meta = { frame: 'desk', title: 'peers.title', messages: ['peers', 'peer-desk', 'visits', 'desk', 'photo', 'problem'] } as const;

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/peers', component: () => import('./RoundsPage.vue'), meta },
  { path: '/desk/peers/new', component: () => import('./NewRoundPage.vue'), meta },
  { path: '/desk/peers/pairings/:id', component: () => import('./PairingPage.vue'), meta },
  { path: '/desk/peers/:id', component: () => import('./RoundPage.vue'), meta },
];
