/**
 * Bundles src into dist: a file for each entry, and chunks of what entries share and of what is imported when it is needed.
 * A process then opens tens of files where there are hundreds of modules, which takes half of the time. Packages stay
 * outside but for zod, and nothing is minified: stack traces name functions, and a comment the file of each module.
 */

import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** What package.json names, and what threads run, which must lie beside the chunks that start them. */
const ENTRIES = [
  'src/bin.ts',
  'src/index.ts',
  'src/browser.ts',
  'src/models/run/spread/record-worker.ts',
  'src/stages/folds/fold-worker.ts',
  'src/stages/search/trial-worker.ts',
  'src/training/compiled/crew/crew-worker.ts',
];

/** Its 75 modules, most of them languages, take a seventh of the time of a small conversion; its licence comes along. */
const BUNDLED = 'zod';

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== BUNDLED);

/** Chunks have other names when they hold something else: those of the build before are removed. Declarations stay. */
function removeAllBut(written) {
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith('.js') && !written.has(path)) rmSync(path);
  }
}

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ENTRIES,
  entryNames: '[name]',
  outdir: DIST,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2023',
  external: OUTSIDE.flatMap((name) => [name, `${name}/*`]),
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
});
removeAllBut(new Set(Object.keys(metafile.outputs).map((path) => join(ROOT, path))));
copyFileSync(join(ROOT, 'node_modules', BUNDLED, 'LICENSE'), join(DIST, `${BUNDLED}-LICENSE.txt`));
// The command must be executable when it is linked from a checkout.
chmodSync(join(DIST, 'bin.js'), 0o755);
