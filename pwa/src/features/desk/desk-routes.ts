import type { RouteComponent, RouteMeta, RouteRecordRaw } from 'vue-router';

type Page = () => Promise<RouteComponent>;

const meta = (title: string, ...more: readonly string[]): RouteMeta => ({ messages: ['desk', 'visit', 'photo', 'problem', ...more], title: `desk.${title}`, frame: 'desk' });

/** A list and, in its drawer, one record under `:id` ("new" for one yet to be made). */
const list = (name: string, page: Page, drawer: Page, ...words: readonly string[]): RouteRecordRaw => ({
  path: `/desk/${name}`,
  component: page,
  meta: meta(name, ...words),
  children: [{ path: ':id', component: drawer, meta: meta(name, ...words) }],
});

export const routes: readonly RouteRecordRaw[] = [
  { path: '/desk', redirect: '/desk/overview' },
  { path: '/desk/overview', component: () => import('./OverviewPage.vue'), meta: meta('overview') },
  { path: '/desk/inspections/:id', component: () => import('./InspectionPage.vue'), meta: meta('inspection', 'team', 'answers', 'flags', 'papers-desk') },
  { path: '/desk/inspections', component: () => import('./InspectionsPage.vue'), meta: meta('inspections') },
  { path: '/desk/coverage', component: () => import('./CoveragePage.vue'), meta: meta('coverage') },
  list('running', () => import('./RunningPage.vue'), () => import('./RunningDrawer.vue'), 'team', 'answers'),
  list('assignments', () => import('./AssignmentsPage.vue'), () => import('./AssignmentDrawer.vue')),
  list('units', () => import('./UnitsPage.vue'), () => import('./UnitDrawer.vue')),
  list('places', () => import('./PlacesPage.vue'), () => import('./PlaceDrawer.vue')),
  list('assets', () => import('./AssetsPage.vue'), () => import('./AssetDrawer.vue')),
  list('people', () => import('./PeoplePage.vue'), () => import('./PersonDrawer.vue')),
  list('tags', () => import('./TagsPage.vue'), () => import('./TagDrawer.vue'), 'presence-desk'),
];
