import { build, type Plugin, type ResolvedConfig } from 'vite';
import { traditionalWords } from './hant.ts';

/**
 * Builds the page for visitors beside the app, and shares nothing with it: what the app's files hold, a visitor's phone would
 * have to fetch too. It must exist before the precache list is written.
 */
export function visitorsPage(entry: string, words: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'anxun:visitors-page',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle() {
      await build({
        configFile: false,
        root: config.root,
        logLevel: 'warn',
        plugins: [traditionalWords(words)],
        resolve: { alias: config.resolve.alias },
        worker: { format: 'es' },
        build: {
          outDir: config.build.outDir,
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2022',
          assetsInlineLimit: 0,
          modulePreload: { polyfill: false },
          manifest: '.vite/visitors.json',
          rolldownOptions: { input: entry },
        },
      });
    },
  };
}
