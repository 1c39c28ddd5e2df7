/** One file per sign: the package's own index would drag two thousand modules through every test run. */
declare module '@lucide/vue/dist/esm/icons/*.mjs' {
  const icon: import('@lucide/vue').LucideIcon;
  export default icon;
}
