/** The packages of TensorFlow.js are optional peers: this says which are missing, before anything imports them. */

import { createRequire } from 'node:module';
import { environmentError } from '../../core/errors.ts';
import { BACKENDS, type BackendName } from '../engine-choice.ts';

/** The versions that package.json accepts, written so that no shell reads more into it. */
const VERSION = '4.22';
/** Whatever the backend is. */
const ENGINE_PACKAGES = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];

export const BACKEND_PACKAGES: Readonly<Record<BackendName, string>> = {
  node: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
};

export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The command that installs packages beside tinyml, as a hint. */
export function installHint(names: readonly string[]): string {
  const packages = names.map((name) => `${name}@${VERSION}`).join(' ');
  return `Run "npm install ${packages}", with -g where tinyml is installed globally; or train without --engine and --backend, which needs no other package.`;
}

/** Refuses (environment, `tfjs-not-installed`) where the engine is missing, and names the backend's package with it. */
export function requireEngine(requested?: BackendName): void {
  if (ENGINE_PACKAGES.every(isInstalled)) return;
  const backend = requested ?? BACKENDS.find((name) => isInstalled(BACKEND_PACKAGES[name])) ?? 'wasm';
  const missing = [...ENGINE_PACKAGES, BACKEND_PACKAGES[backend]].filter((name) => !isInstalled(name));
  throw environmentError(
    'tfjs-not-installed',
    `The engine "tfjs" is TensorFlow.js, which is not installed: ${missing.join(', ')}.`,
    installHint(missing),
  );
}
