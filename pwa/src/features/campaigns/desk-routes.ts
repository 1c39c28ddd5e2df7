import type { RouteRecordRaw } from 'vue-router';

const meta = (title: string) => ({ frame: 'desk' as const, messages: ['campaigns', 'desk', 'problem'], title: `campaigns.${title}` });

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk/campaigns', component: () => import('./CampaignsPage.vue'), meta: meta('title') },
  { path: '/desk/campaigns/new', component: () => import('./NewCampaignPage.vue'), meta: meta('new') },
  { path: '/desk/campaigns/:id', component: () => import('./CampaignPage.vue'), meta: meta('one') },
  { path: '/desk/campaigns/:id/edit', component: () => import('./EditCampaignPage.vue'), meta: meta('edit') },
  { path: '/desk/campaigns/:campaign/records', component: () => import('./RecordsPage.vue'), meta: meta('records') },
  { path: '/desk/campaigns/:campaign/units', component: () => import('./UnitsPage.vue'), meta: meta('units') },
];
