import { build, type Plugin, type ResolvedConfig } from 'vite';

/** Builds the service worker's second, classic script beside the app; it must exist before the precache list is written. */
export function backgroundScript(entry: string, fileName: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'anxun:background-script',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle() {
      await build({
        configFile: false,
        logLevel: 'warn',
        // A library build leaves this one open, and a worker has no such thing.
        define: { ...config.define, 'process.env.NODE_ENV': '"production"' },
        resolve: { alias: config.resolve.alias },
        build: {
          outDir: config.build.outDir,
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2022',
          lib: { entry, formats: ['iife'], name: 'anxunBackground', fileName: () => fileName },
        },
      });
    },
  };
}
