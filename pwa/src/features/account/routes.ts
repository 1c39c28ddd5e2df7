import type { RouteRecordRaw } from 'vue-router';

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/login',
    component: () => import('./LoginPage.vue'),
    meta: { frame: 'bare', open: true, title: 'account.login', messages: ['account'] },
  },
  {
    path: '/me',
    component: () => import('./MePage.vue'),
    meta: { tab: 'me', title: 'account.title', messages: ['account'] },
  },
  {
    path: '/me/sync',
    component: () => import('./SyncPage.vue'),
    meta: { tab: 'me', title: 'account.sync.title', messages: ['account', 'problem'] },
  },
  {
    path: '/me/password',
    component: () => import('./PasswordPage.vue'),
    meta: { tab: 'me', title: 'account.password-change', messages: ['account', 'problem'] },
  },
];
