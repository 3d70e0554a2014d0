/**
 * Bundles src into dist: a file for each entry, and chunks of what entries share and of what is imported when it is needed.
 * A process then opens tens of files where there are hundreds of modules, which takes half of the time. Packages stay
 * outside but for two, and nothing is minified: stack traces name functions, and a comment the file of each module.
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

/**
 * zod's 75 modules, most of them languages, take a seventh of the time of a small conversion; commander's files, which
 * every command opens, a fifth of what `--help` takes beyond node. Their licences come along.
 */
const BUNDLED = ['zod', 'commander'];

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !BUNDLED.includes(name),
);

/** Chunks have other names when they hold something else: those of the build before are removed. Declarations stay. */
function removeAllBut(written) {
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith('.js') && !written.has(path)) rmSync(path);
  }
}

/**
 * What CommonJS requires of node is had without its loader. Commander starts processes only for commands that are
 * executables of their own, of which there are none: what starts them is not loaded.
 */
const requiredOfNode = {
  name: 'required-of-node',
  setup({ onResolve, onLoad }) {
    const namespace = 'required-of-node';
    onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === 'require-call' ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: path === 'node:child_process' ? '' : `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

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
  plugins: [requiredOfNode],
  metafile: true,
  logLevel: 'warning',
});
removeAllBut(new Set(Object.keys(metafile.outputs).map((path) => join(ROOT, path))));
for (const name of BUNDLED) {
  copyFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), join(DIST, `${name}-LICENSE.txt`));
}
// The command must be executable when it is linked from a checkout.
chmodSync(join(DIST, 'bin.js'), 0o755);
