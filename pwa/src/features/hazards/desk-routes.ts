import type { RouteRecordRaw } from 'vue-router';

const messages = ['hazards', 'major', 'photo', 'problem'] as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/desk/hazards',
    component: () => import('./DeskHazardsPage.vue'),
    meta: { messages: [...messages, 'desk'], title: 'hazards.ledger', frame: 'desk' },
    children: [
      {
        path: ':id',
        component: () => import('./HazardPage.vue'),
        meta: { messages: [...messages, 'desk'], title: 'hazards.ledger', frame: 'desk' },
      },
    ],
  },
];
