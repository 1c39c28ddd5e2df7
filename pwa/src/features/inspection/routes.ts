import type { RouteRecordRaw } from 'vue-router';

const messages = ['inspection', 'major', 'visit', 'photo', 'answers'] as const;

export const routes: readonly RouteRecordRaw[] = [
  {
    path: '/inspections/new',
    component: () => import('./pages/NewInspectionPage.vue'),
    meta: { messages, title: 'inspection.new', tab: 'today' },
  },
  {
    path: '/inspections/preview',
    component: () => import('./pages/PreviewPage.vue'),
    meta: { messages: [...messages, 'authoring'], title: 'authoring.preview', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id',
    component: () => import('./pages/WalkthroughPage.vue'),
    props: true,
    meta: { messages, title: 'inspection.walk', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/team',
    component: () => import('./team/TeamPage.vue'),
    props: true,
    meta: { messages: [...messages, 'team'], title: 'team.title', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/conflicts',
    component: () => import('./team/ConflictsPage.vue'),
    props: true,
    meta: { messages: [...messages, 'team'], title: 'team.see-disputes', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/quick',
    component: () => import('./pages/QuickPage.vue'),
    props: true,
    meta: { messages, title: 'visit.by-exception', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/confirm',
    component: () => import('./pages/ConfirmPage.vue'),
    props: true,
    meta: { messages, title: 'visit.confirm', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/sign',
    component: () => import('./pages/SignPage.vue'),
    props: true,
    meta: { messages, title: 'inspection.sign', tab: 'today', bar: false },
  },
  {
    path: '/inspections/:id/summary',
    component: () => import('./pages/SummaryPage.vue'),
    props: true,
    meta: { messages, title: 'inspection.summary', tab: 'today', bar: false },
  },
];
