/**
 * All pages of the app. Every feature lists its own in `features/<name>/routes.ts`, whose pages are lazy imports;
 * the list is found here, so that a new page needs no change outside its folder.
 */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';

interface RoutesModule {
  readonly routes: readonly RouteRecordRaw[];
}

const modules = import.meta.glob<RoutesModule>('./features/*/routes.ts', { eager: true });

export const router = createRouter({
  history: createWebHistory(),
  routes: [{ path: '/', redirect: '/today' }, ...Object.values(modules).flatMap((module) => [...module.routes])],
});
