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
 * What several pages share comes in few files instead of thirty: on a slow line each request costs more than a kilobyte does, and
 * each costs a phone two milliseconds to begin. A part that only one page draws stays with it.
 */
export const chunkGroups = [
  { name: 'core', test: /node_modules\/(vue|@vue|vue-router|dexie)\/|\/src\/data\/(?!locked|trusted-time)|preload-helper|export-helper/, priority: 6 },
  { name: 'parts', test: /\/src\/(ui|device|i18n)\/[^/]+\.(ts|vue)|node_modules\/@lucide\//, minShareCount: 16, priority: 5 },
  { name: 'icons', test: /node_modules\/@lucide\//, minShareCount: 2, priority: 4 },
  { name: 'rules', test: /\/src\/engine\/(?!workflow)/, minShareCount: 2, priority: 3 },
  { name: 'photo', test: /\/src\/photo\//, minShareCount: 2, priority: 3 },
  { name: 'walk', test: /\/src\/(answers|major|features\/(inspection|law))\//, minShareCount: 2, priority: 3 },
  { name: 'hazard', test: /\/src\/features\/hazards\//, minShareCount: 2, priority: 3 },
];

/** The first screens of a phone that has nothing yet. */
const FIRST = /\/(?:TodayPage|LoginPage|start)-/;

/**
 * What is fetched together with a chunk that is loaded late: always its styles, which nothing else brings; its modules only for
 * the first screens. All others come from the phone itself by then, and the names of their modules would weigh on the first load.
 */
export const fetchedWith = (chunk: string, needed: readonly string[]): string[] =>
  needed.filter((file) => file.endsWith('.css') || FIRST.test(`/${chunk}`));
