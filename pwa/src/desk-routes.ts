/** The pages of the desk. Every feature lists its own in `features/<name>/desk-routes.ts`; they come when somebody enters. */
import type { RouteRecordRaw } from 'vue-router';

interface RoutesModule {
  readonly routes: readonly RouteRecordRaw[];
}

const modules = import.meta.glob<RoutesModule>('./features/*/desk-routes.ts', { eager: true });

export const deskRoutes: readonly RouteRecordRaw[] = Object.values(modules).flatMap((module) => [...module.routes]);
