/** Chooses what TensorFlow.js computes with: tfjs-node where it loads, else WebAssembly, else plain JavaScript. */

import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { environmentError, type TinymlError } from '../../core/errors.ts';
import { BACKENDS, type BackendName } from '../engine-choice.ts';
import { BACKEND_PACKAGES, installHint, isInstalled } from './packages.ts';
import { registerWasmKernels } from './wasm-kernels/register.ts';

/** `name` is the one that runs now; `why` is a sentence for people. */
export interface ChosenBackend {
  readonly name: BackendName;
  readonly why: string;
}

/** Whether it runs now, with half a sentence about it either way. */
interface Trial {
  readonly loaded: boolean;
  readonly remark: string;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0];
}

async function activate(tfjsName: string): Promise<void> {
  if (!(await tf.setBackend(tfjsName))) throw new Error('TensorFlow.js could not initialize it');
}

/** Emscripten's handlers rethrow every uncaught error with a page of its own source in front. */
async function withoutNewProcessHandlers(body: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set<unknown>(events.flatMap((event) => process.rawListeners(event)));
  try {
    await body();
  } finally {
    for (const event of events) {
      for (const listener of process.rawListeners(event)) {
        if (!before.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    }
  }
}

async function loadNode(): Promise<string> {
  // Absent on most machines: the compiler must not look for it.
  const specifier: string = BACKEND_PACKAGES.node;
  await import(specifier);
  await activate('tensorflow');
  return 'TensorFlow runs through tfjs-node';
}

async function loadWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}${sep}`);
  await withoutNewProcessHandlers(() => activate('wasm'));
  registerWasmKernels();
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `WebAssembly ${simd ? 'with' : 'without'} SIMD runs`;
}

async function loadCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  return 'plain JavaScript runs';
}

const LOADERS: Readonly<
  Record<BackendName, { readonly label: string; readonly load: () => Promise<string> }>
> = {
  node: { label: 'tfjs-node', load: loadNode },
  wasm: { label: 'WebAssembly', load: loadWasm },
  cpu: { label: 'plain JavaScript', load: loadCpu },
};

async function tryBackend(name: BackendName): Promise<Trial> {
  const { label, load } = LOADERS[name];
  if (!isInstalled(BACKEND_PACKAGES[name])) return { loaded: false, remark: `${label} is not installed` };
  try {
    return { loaded: true, remark: await load() };
  } catch (error) {
    return { loaded: false, remark: `${label} does not load (${firstLine(error)})` };
  }
}

function unavailable(requested: BackendName | undefined, remarks: readonly string[]): TinymlError {
  const what =
    requested === undefined ? 'No training backend is' : `The training backend "${requested}" is not`;
  const name = BACKEND_PACKAGES[requested ?? 'wasm'];
  return environmentError(
    'backend-not-available',
    `${what} available: ${remarks.join('; ')}.`,
    isInstalled(name)
      ? 'Choose another --backend, or train without --engine and --backend, which needs no other package.'
      : installHint([name]),
  );
}

/** Makes the backend the current one of TensorFlow.js. A requested one that does not load is refused. */
export async function chooseBackend(requested?: BackendName): Promise<ChosenBackend> {
  // Otherwise TensorFlow.js advertises tfjs-node on the console.
  tf.enableProdMode();
  const remarks: string[] = [];
  for (const name of requested === undefined ? BACKENDS : [requested]) {
    const { loaded, remark } = await tryBackend(name);
    remarks.push(remark);
    if (loaded) {
      const why = requested === undefined ? remarks.join('; ') : `${remark}, as requested`;
      return { name, why: `${why}.` };
    }
  }
  throw unavailable(requested, remarks);
}
