/** How the app is cut into files: few for the first screen, and the desk's told from the phone's. */

interface Chunk {
  readonly name: string;
  readonly moduleIds: readonly string[];
}

const DESK = /\/src\/(features\/)?desk\//;

export function chunkFile(chunk: Chunk): string {
  const isDesk = chunk.moduleIds.some((id) => DESK.test(id));
  return isDesk ? 'assets/desk-[name]-[hash].js' : 'assets/[name]-[hash].js';
}

/**
 * What every screen needs comes in two files instead of thirty: on a slow line each request costs more than a kilobyte does.
 * A part that only a few pages draw stays with them.
 */
export const chunkGroups = [
  { name: 'core', test: /node_modules\/(vue|@vue|vue-router|dexie)\/|\/src\/data\//, priority: 2 },
  { name: 'parts', test: /\/src\/(ui|device|i18n)\/[^/]+\.(ts|vue)|node_modules\/@lucide\//, minShareCount: 6, priority: 1 },
];
