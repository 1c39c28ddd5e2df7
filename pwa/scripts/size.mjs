/** Fails when what a phone must load before its first screen outgrows the budget. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUDGET = 130 * 1024;
/** The first screens; each is measured with everything it pulls in before it can be drawn. */
const SCREENS = {
  login: ['src/features/account/LoginPage.vue', 'src/i18n/zh-CN/common.json', 'src/i18n/zh-CN/account.json'],
  today: ['src/features/today/TodayPage.vue', 'src/i18n/zh-CN/common.json', 'src/i18n/zh-CN/today.json', 'src/sync/start.ts'],
};

/** @typedef {{file: string, css?: string[], imports?: string[]}} Chunk */
/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

/** @param {string} key @param {Set<string>} found */
function gather(key, found) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the build`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const next of chunk.imports ?? []) {
    if (!found.has(manifest[next]?.file ?? '')) gather(next, found);
  }
}

/** @param {string} file */
const weight = (file) => gzipSync(readFileSync(join('dist', file)), { level: 9 }).length;
/** @param {number} bytes */
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

let isOver = false;
for (const [screen, entries] of Object.entries(SCREENS)) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const entry of ['index.html', ...entries]) gather(entry, found);
  const parts = [...found].map((file) => ({ file, bytes: weight(file) })).sort((a, b) => b.bytes - a.bytes);
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  console.log(`${screen}: ${kb(total)} gzip of ${kb(BUDGET)} in ${parts.length} files`);
  for (const part of parts) console.log(`  ${kb(part.bytes).padStart(9)}  ${part.file}`);
  isOver ||= total > BUDGET;
}
/** The page for visitors is built apart; whoever scans a label waits for all of it, on whatever phone and line. */
const VISITORS_BUDGET = 40 * 1024;
/** @type {Record<string, Chunk>} */
const visitors = JSON.parse(readFileSync('dist/.vite/visitors.json', 'utf8'));
const first = visitors['tips.html'];
if (!first) throw new Error('the page for visitors is not in the build');
const files = ['tips.html', first.file, ...(first.css ?? []), ...(first.imports ?? []).map((key) => visitors[key]?.file ?? '')];
const sum = files.reduce((total, file) => total + weight(file), 0);
console.log(`visitors: ${kb(sum)} gzip of ${kb(VISITORS_BUDGET)} in ${files.length} files`);
isOver ||= sum > VISITORS_BUDGET;
if (isOver) console.error('over budget: make something lazy');
process.exit(isOver ? 1 : 0);
