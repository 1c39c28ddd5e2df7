/** Checks the import rules, and that the checker really saw the app. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FEWEST_MODULES = 50;
const tool = fileURLToPath(new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url));
const run = spawnSync(
  process.execPath,
  [tool, 'src', '--config', '.dependency-cruiser.json', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (run.error || !run.stdout) {
  console.error(run.stderr || String(run.error));
  process.exit(1);
}
const { summary, modules } = JSON.parse(run.stdout);
const ours = modules.filter((/** @type {{source: string}} */ module) => module.source.startsWith('src/'));
for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
console.log(`imports: ${ours.length} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`);
if (ours.length < FEWEST_MODULES) console.error(`only ${ours.length} modules were seen; ${FEWEST_MODULES} are expected`);
process.exit(summary.violations.length === 0 && ours.length >= FEWEST_MODULES ? 0 : 1);
