import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';

const PLACE = '/*program*/';

/** Builds the page that repeats a draw as one file with everything inside, for whoever wants to keep it. */
export function drawCheck(page: string, entry: string, fileName: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'anxun:draw-check',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle() {
      const made = await build({
        configFile: false,
        logLevel: 'warn',
        resolve: { alias: config.resolve.alias },
        build: { write: false, copyPublicDir: false, target: 'es2022', lib: { entry, formats: ['iife'], name: 'anxunDrawCheck', fileName: () => 'draw-check.js' } },
      });
      const [output] = Array.isArray(made) ? made : [made];
      const chunk = output && 'output' in output ? output.output[0] : undefined;
      if (!chunk) throw new Error('the page that checks draws was not built');
      const html = await readFile(page, 'utf8');
      // A closing tag inside the program would end it.
      const program = chunk.code.replaceAll('</', '<\\/');
      await writeFile(join(config.build.outDir, fileName), html.replace(PLACE, () => program));
    },
  };
}
