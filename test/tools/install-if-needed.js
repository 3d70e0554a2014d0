/**
 * Makes `npm test`, `npm run quickstart` and `npm pack` work on a fresh clone: runs `npm ci` where node_modules is not what
 * package-lock.json says, and is silent otherwise. With --with-runtime the same for test/runtime, which may fail.
 * Only Node's own modules are imported, since nothing else may be there.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUNTIME = join(ROOT, 'test', 'runtime');

/** The `packages` of a lockfile, or undefined where it cannot be read. */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Compares contents, because git and archives set times as they like. npm keeps what it installed in
 * node_modules/.package-lock.json; packages for other platforms are optional and absent from it.
 */
function isInstalled(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return optional === true || devOptional === true;
    return found.version === version && found.integrity === integrity && existsSync(join(folder, path));
  });
}

/** One command line for the shell: Windows starts npm.cmd only through it. Returns the exit status. */
function npmCi(folder, options, stderr) {
  const command = `npm ci --no-audit --no-fund --loglevel=error ${options}`;
  return spawnSync(command, { cwd: folder, shell: true, stdio: ['ignore', 'ignore', stderr] }).status ?? 1;
}

function installProject() {
  if (isInstalled(ROOT)) return 0;
  console.error('Installing the packages of package-lock.json (npm ci) …');
  // Without scripts: no package needs one, and "prepare" would build what the caller builds anyway.
  return npmCi(ROOT, '--ignore-scripts', 'inherit');
}

function installRuntime() {
  if (isInstalled(RUNTIME)) return;
  console.error('Installing TensorFlow Lite for the tests (npm ci in test/runtime) …');
  const status = npmCi(RUNTIME, '--ignore-scripts --legacy-peer-deps --fetch-retries=1', 'ignore');
  if (status !== 0) console.error(`npm ci gave ${status}: tests with a real TensorFlow Lite will skip.`);
}

process.exitCode = installProject();
if (process.exitCode === 0 && process.argv.includes('--with-runtime')) installRuntime();
