import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { backgroundScript } from './vite/backgroundScript.ts';
import { chunkFile, chunkGroups, fetchedWith } from './vite/chunks.ts';
import { drawCheck } from './vite/drawCheck.ts';
import { traditionalWords } from './vite/hant.ts';
import { manifest } from './vite/manifest.ts';
import { simplifiedCharacters } from './vite/simplified.ts';
import { visitorsPage } from './vite/visitors.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// The Host header stays: the server compares it with the page's origin.
const proxied = { target: process.env['ANXUN_BACKEND'] ?? 'http://127.0.0.1:8000', changeOrigin: false };

export default defineConfig({
  plugins: [
    traditionalWords(here('./src/i18n')),
    simplifiedCharacters(),
    vue(),
    backgroundScript(here('./src/sw-background.ts'), 'sw-background.js'),
    visitorsPage(here('./tips.html'), here('./src/i18n')),
    drawCheck(here('./draw-check.html'), here('./src/features/draws/standalone/main.ts'), 'draw-check.html'),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false,
      manifest,
      injectManifest: {
        // A classic script: module workers are not everywhere yet.
        rollupFormat: 'iife',
        globPatterns: ['**/*.{js,css,html,svg,png,wasm}'],
        // The desk is used online; phones in a basement should not pay for it. What is to be saved is fetched when it is.
        globIgnores: ['assets/desk-*', 'sw-background.js', 'draw-check.html'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  resolve: { alias: { '@contracts': here('../contracts'), '@': here('./src') } },
  define: {
    // Nothing here is written with Vue's options, and what ships has no devtools.
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __APP_VERSION__: JSON.stringify(process.env['npm_package_version'] ?? '0'),
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false, resolveDependencies: (chunk, needed, { hostType }) => (hostType === 'html' ? needed : fetchedWith(chunk, needed)) },
    rolldownOptions: { output: { chunkFileNames: chunkFile, codeSplitting: { groups: chunkGroups, includeDependenciesRecursively: false } } },
  },
  server: {
    host: '127.0.0.1',
    fs: { allow: [here('..')] },
    proxy: Object.fromEntries(['/api', '/healthz', '/readyz'].map((path) => [path, proxied])),
  },
  preview: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/healthz', '/readyz'].map((path) => [path, proxied])),
  },
  test: {
    environment: 'node',
    setupFiles: ['tests/setup.ts'],
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    maxWorkers: 2,
    // A limit for what hangs, not a measure of speed: the machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
