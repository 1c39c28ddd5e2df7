import type { RouteRecordRaw } from 'vue-router';

const messages = ['hazards', 'major', 'photo', 'problem'] as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/hazards',
    component: () => import('./HazardsPage.vue'),
    meta: { messages, title: 'hazards.title', tab: 'hazards' },
  },
  {
    path: '/hazards/:id',
    component: () => import('./HazardPage.vue'),
    meta: { messages, title: 'hazards.one', tab: 'hazards' },
  },
  {
    path: '/ledger',
    component: () => import('./LedgerPage.vue'),
    meta: { messages, title: 'hazards.ledger', tab: 'ledger' },
  },
  {
    path: '/report',
    component: () => import('./ReportPage.vue'),
    meta: { messages, title: 'hazards.report' },
  },
];
