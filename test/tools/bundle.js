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
 * What processes load that people wait for, by the modules that they ask for. Whoever loads one of these has loaded those
 * above it, so a module is in the chunk of the first that loads it.
 */
const LOADED_IN_TURN = {
  help: ['cli/entry.ts'],
  options: filesIn('cli/commands'),
  session: ['cli/terminal/session.ts'],
  model: ['cli/actions/convert/convert-action.ts'],
};
/**
 * What is loaded on top of these, or without them: those modules have chunks of their own, by who loads them. All others are
 * where the bundler puts them, by the entries and the dynamic imports behind which they are loaded, which are so many that a
 * conversion would open a hundred files.
 */
const LOADED_BESIDE = {
  quantize: [
    'models/quantize/quantize-graph.ts',
    'models/convert/calibrate.ts',
    'passes/simulated/quantize-declared.ts',
  ],
  keras: ['formats/hdf5/keras-h5.ts', 'formats/keras/import.ts'],
  // Commands that need little of what conversions load.
  small: [
    'cli/actions/features-action.ts',
    'cli/actions/worker-action.ts',
    'cli/actions/board/collect-action.ts',
    'cli/actions/board/monitor-action.ts',
  ],
  records: ['models/run/spread/record-worker.ts'],
  crew: ['training/compiled/crew/crew-worker.ts'],
  // What runs in browsers, too: no other chunk may load a module of Node there.
  anywhere: ['browser.ts'],
};

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

function loadsOf(table, context) {
  return Object.entries(table).map(([name, files]) => ({ name, modules: loadedBy(files, context) }));
}

/** Who loads a module on top of, or without, those that load it in turn. */
function besides(names, turn) {
  // Every command loads these, whatever else does.
  if (['help', 'options', 'session'].includes(turn)) return names.filter((name) => name === 'anywhere');
  const implied = [
    // These two load nothing but on top of a model.
    ...(turn === 'model' ? ['quantize', 'keras'] : []),
    // Almost all that a crew loads threads for records load, too.
    ...(names.includes('crew') ? ['records'] : []),
  ];
  return names.filter((name) => !implied.includes(name));
}

/** Names the chunk of each module, where it is one of those that are loaded together. */
function chunkNamer() {
  let tables;
  return (id, context) => {
    tables ??= [LOADED_IN_TURN, LOADED_BESIDE].map((table) => loadsOf(table, context));
    const [turns, beside] = tables.map((loads) =>
      loads.filter(({ modules }) => modules.has(id)).map(({ name }) => name),
    );
    const names = [...turns.slice(0, 1), ...besides(beside, turns[0])];
    return names.every((name) => ['small', 'anywhere'].includes(name)) ? null : names.join('-');
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
 * What bundled packages take of node is had without its loaders, of which that of modules looks at all properties of
 * `process`, and so opens standard input. Commander starts processes only for commands that are executables of their own, of
 * which there are none: what starts them is not loaded.
 */
const builtins = {
  name: 'builtins',
  resolveId: {
    filter: { id: /^node:/ },
    handler: (id, importer, { kind }) =>
      importer?.includes('/node_modules/') ? `\0${kind}:${id}` : { id, external: true },
  },
  load: {
    filter: { id: /^\0(require-call|import-statement):node:/ },
    handler(id) {
      const [kind, name] = id.slice(1).split(':node:');
      if (name === 'child_process') return '';
      const builtin = `process.getBuiltinModule('${name}')`;
      return kind === 'require-call' ? `module.exports = ${builtin};` : `export default ${builtin};`;
    },
  },
};

/** Text that is all ASCII is decoded in a third of the time, and takes half the memory. */
const asciiOnly = {
  name: 'ascii-only',
  renderChunk(code, { fileName }) {
    if (/String\.raw`[^`]*[^\0-\x7f`]/.test(code))
      throw new Error(`${fileName}: String.raw keeps escapes as they are`);
    return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
  plugins: [builtins, asciiOnly],
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
