/** One file per sign: the package's own index would drag two thousand modules through every test run. */
declare module '@lucide/vue/dist/esm/icons/*.mjs' {
  import type { LucideIcon } from '@lucide/vue';

  const icon: LucideIcon;
  export default icon;
}
