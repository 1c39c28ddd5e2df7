import type { RouteComponent, RouteMeta, RouteRecordRaw } from 'vue-router';

type Page = () => Promise<RouteComponent>;

const meta = (title: string): RouteMeta => ({ messages: ['experts', 'desk', 'problem'], title: `experts.${title}`, frame: 'desk' });

const list = (path: string, title: string, page: Page, drawer: Page): RouteRecordRaw => ({
  path: `/desk/${path}`, component: page, meta: meta(title), children: [{ path: ':id', component: drawer, meta: meta(title) }],
});

export const routes: readonly RouteRecordRaw[] = [
  list('experts', 'pool', () => import('./ExpertsPage.vue'), () => import('./ExpertDrawer.vue')),
  list('companies', 'companies', () => import('./CompaniesPage.vue'), () => import('./CompanyDrawer.vue')),
  { path: '/desk/certificates', component: () => import('./CertificatesPage.vue'), meta: meta('expiring') },
  { path: '/desk/opinions', component: () => import('./OpinionsPage.vue'), meta: meta('opinions') },
  { path: '/desk/opinions/:id', component: () => import('./OpinionPage.vue'), meta: meta('opinion') },
];
