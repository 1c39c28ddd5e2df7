/**
 * All pages of the app. Every feature lists its own in `features/<name>/routes.ts`, whose pages are lazy imports;
 * the list is found here, so that a new page needs no change outside its folder. What the desk shows is listed in
 * `desk-routes.ts` and learned when somebody goes there: a phone need not know it.
 */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw } from 'vue-router';
import { session } from '@/data/session';
import { fail, recover } from '@/features/account/failure';
import { worksAtDesk } from '@/features/account/nav';
import { loadMessages } from '@/i18n/i18n';

interface RoutesModule {
  readonly routes: readonly RouteRecordRaw[];
}

const modules = import.meta.glob<RoutesModule>('./features/*/routes.ts', { eager: true });
const DESK_DOOR = 'desk-door';
const isWide = (): boolean => matchMedia('(min-width: 1024px)').matches;

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', redirect: () => (isWide() && worksAtDesk() ? '/desk/overview' : '/today') },
    ...Object.values(modules).flatMap((module) => [...module.routes]),
    { path: '/desk/:rest(.*)*', name: DESK_DOOR, component: () => import('@/features/account/MissingPage.vue'), beforeEnter: openDesk },
    {
      path: '/:rest(.*)*',
      component: () => import('@/features/account/MissingPage.vue'),
      meta: { title: 'common.error.missing' },
    },
  ],
});

router.beforeEach(admit);
router.beforeResolve(async (to) => {
  const frame = to.meta.frame === 'desk' ? ['rail'] : [];
  await loadMessages([...frame, ...to.matched.flatMap((record) => record.meta.messages ?? [])]);
});

/** Learn the desk's pages, then go on to the one that was asked for. */
async function openDesk(to: RouteLocationNormalized): Promise<RouteLocationRaw> {
  const { deskRoutes } = await import('./desk-routes');
  router.removeRoute(DESK_DOOR);
  for (const route of deskRoutes) router.addRoute(route);
  return { path: to.path, query: to.query, hash: to.hash, replace: true };
}

/** Who may enter; `true` for everybody who is logged in, the pages themselves know what they may show. */
function admit(to: RouteLocationNormalized): RouteLocationRaw | boolean {
  const { state, me } = session.value;
  if (to.meta.open) return state === 'in' && to.path === '/login' ? '/' : true;
  if (state !== 'in') return entrance(to);
  return me?.must_change_password && to.path !== '/me/password' ? '/me/password' : true;
}

/** Nobody is logged in: a label leads to the page for visitors, which is none of the app's. */
function entrance(to: RouteLocationNormalized): RouteLocationRaw | false {
  if (!to.path.startsWith('/t/')) return { path: '/login', query: to.path === '/today' ? {} : { to: to.fullPath } };
  location.replace(to.path.replace('/t/', '/tips/at/'));
  return false;
}

/**
 * After an update the old version's lazy pages may be gone from the server: load the new version at that page. Once only,
 * so that a page that is really broken says so instead of reloading for ever.
 */
const RELOADED = 'anxun.reloaded';
router.onError((error, to) => {
  if (sessionStorage.getItem(RELOADED) === to.fullPath || !navigator.onLine) {
    fail(error);
    return;
  }
  sessionStorage.setItem(RELOADED, to.fullPath);
  location.assign(to.fullPath);
});
router.afterEach((_to, _from, refused) => {
  if (refused) return;
  sessionStorage.removeItem(RELOADED);
  recover();
});
