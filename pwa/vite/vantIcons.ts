import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Vant's icon sheet is a 34 KB font; the few signs its parts draw come from a small sheet of ours. */
export function vantWithoutIconFont(sheet: string): Plugin {
  return {
    name: 'anxun:vant-without-icon-font',
    enforce: 'pre',
    load(id) {
      if (!/\/vant\/es\/icon\/index\.css(\?|$)/.test(id)) return null;
      this.addWatchFile(sheet);
      return readFileSync(sheet, 'utf8');
    },
  };
}
