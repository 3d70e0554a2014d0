/**
 * Bundles src into dist: a file for each entry, and chunks of what entries share and of what is imported when it is needed.
 * A process then opens tens of files where there are hundreds of modules, which takes half of the time. Packages stay
 * outside but for a few, and nothing is minified: stack traces name functions, and a comment the file of each module.
 */

import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
const SRC = join(ROOT, 'src');

/** What package.json names, and what threads run, which must lie beside the chunks that start them. */
const ENTRIES = [
  'bin.ts',
  'index.ts',
  'browser.ts',
  'models/run/spread/record-worker.ts',
  'stages/folds/fold-worker.ts',
  'stages/search/trial-worker.ts',
  'training/compiled/crew/crew-worker.ts',
];

/**
 * What processes load that people wait for, by the modules that they ask for. Modules that the same ones of these load are one
 * chunk; all others are where the bundler puts them, by the entries and the dynamic imports behind which they are loaded, which
 * are so many that a conversion would open a hundred files.
 */
const LOADED_TOGETHER = {
  help: ['cli/entry.ts'],
  options: filesIn('cli/commands'),
  model: ['cli/terminal/session.ts', 'cli/actions/convert/convert-action.ts'],
  quantize: [
    'models/quantize/quantize-graph.ts',
    'models/convert/calibrate.ts',
    'passes/simulated/quantize-declared.ts',
  ],
  keras: ['formats/hdf5/keras-h5.ts', 'formats/keras/import.ts'],
  records: ['models/run/spread/record-worker.ts'],
  crew: ['training/compiled/crew/crew-worker.ts'],
};
/** What runs in browsers, too, has chunks of its own: no other may load a module of Node there. */
const ANYWHERE = ['browser.ts'];

/**
 * zod's 75 modules, most of them languages, take a seventh of the time of a small conversion; commander's files, which
 * every command opens, a fifth of what `--help` takes beyond node; the others ten files of every conversion. Their licences
 * come along.
 */
const BUNDLED = ['zod', 'commander', 'chalk', 'flatbuffers'];

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !BUNDLED.includes(name),
);

function filesIn(folder) {
  return readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** All modules that loading `files` loads. */
function loadedBy(files, context) {
  const modules = new Set(files.map((file) => join(SRC, file)));
  for (const id of modules)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) modules.add(next);
  return modules;
}

/** Names the chunk of each module, where it is one of those that are loaded together. */
function chunkNamer() {
  let loads;
  return (id, context) => {
    loads ??= Object.entries({ ...LOADED_TOGETHER, anywhere: ANYWHERE }).map(([name, files]) => ({
      name,
      modules: loadedBy(files, context),
    }));
    const names = loads.filter(({ modules }) => modules.has(id)).map(({ name }) => name);
    if (names.every((name) => name === 'anywhere')) return null;
    // Every command loads all of that, whatever else does.
    return names.filter((name) => names[0] !== 'help' || ['help', 'anywhere'].includes(name)).join('-');
  };
}

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
  resolveId: {
    filter: { id: /^node:/ },
    handler: (id, _importer, { kind }) =>
      kind === 'require-call' ? `\0required:${id}` : { id, external: true },
  },
  load: {
    filter: { id: /^\0required:/ },
    handler(id) {
      const name = id.slice('\0required:'.length);
      return name === 'node:child_process' ? '' : `module.exports = process.getBuiltinModule('${name}');`;
    },
  },
};

const { output } = await build({
  cwd: ROOT,
  input: Object.fromEntries(ENTRIES.map((path) => [basename(path, '.ts'), join(SRC, path)])),
  // For Node the bundler's own functions would import a module of it, which those of browsers share.
  platform: 'neutral',
  resolve: { conditionNames: ['node', 'import'], mainFields: ['module', 'main'] },
  external: (id) => OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`)),
  // Chunks may take from entries what these do not export to others.
  preserveEntrySignatures: 'allow-extension',
  plugins: [requiredOfNode],
  // Some modules are loaded at once by one who needs them, and later by another.
  checks: { ineffectiveDynamicImport: false },
  output: {
    dir: DIST,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: false,
    minifyInternalExports: false,
    // Nobody asks then at every access whether a constant is there already.
    topLevelVar: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    codeSplitting: {
      groups: [{ debugName: 'loaded together', name: chunkNamer(), includeDependenciesRecursively: false }],
    },
  },
});
removeAllBut(new Set(output.map(({ fileName }) => join(DIST, fileName))));
for (const name of BUNDLED) {
  const licence = readdirSync(join(ROOT, 'node_modules', name)).find((file) => /^license/i.test(file));
  copyFileSync(join(ROOT, 'node_modules', name, licence), join(DIST, `${name}-LICENSE.txt`));
}
// The command must be executable when it is linked from a checkout.
chmodSync(join(DIST, 'bin.js'), 0o755);
