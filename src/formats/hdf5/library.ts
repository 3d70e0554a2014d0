/**
 * The HDF5 library in WebAssembly, held in check: damaged files make it loop, trap or print, here they only throw.
 * Files lie in its own memory; it never sees the disk. What loops is stopped where the host can (`host.ts`).
 */

import type * as h5wasm from 'h5wasm';
import { environmentError, inputError, TinymlError } from '../../core/errors.ts';
import { type Hdf5, hdf5Host } from './host.ts';

/** What the library's typings leave out. */
interface ErrorHandler {
  activate_throwing_error_handler(): void;
}

interface Instance {
  readonly hdf5: Hdf5;
  readonly module: Awaited<Hdf5['ready']>;
  /** Half-way through a file: never used again. */
  stopped: boolean;
}

export function damagedHdf5(detail: string, cause?: unknown): TinymlError {
  return inputError(
    'bad-hdf5',
    `The HDF5 file is damaged: ${detail}.`,
    'Copy or save the model file again.',
    cause,
  );
}

const host = hdf5Host();
let instance: Promise<Instance> | undefined;
let loads = 0;
let stops = 0;
let files = 0;

async function createInstance(): Promise<Instance> {
  if (stops >= host.copies) {
    throw environmentError(
      'hdf5-stopped',
      'The HDF5 library stopped at a damaged file and cannot be started again here.',
      'Load the page again, and leave that file out.',
    );
  }
  // Node without a compiler for machine code (--jitless) has none, and the library would only print and abort.
  if (globalThis.WebAssembly === undefined) {
    throw environmentError(
      'no-webassembly',
      'HDF5 files are read with WebAssembly, which is not available here.',
      'Run Node.js without --jitless.',
    );
  }
  const hdf5 = await host.copy(loads++);
  const module = await hdf5.ready;
  (module as unknown as ErrorHandler).activate_throwing_error_handler();
  return { hdf5, module, stopped: false };
}

/** One for all files. What could not be loaded, for want of a network say, is loaded again for the next file. */
function currentInstance(): Promise<Instance> {
  instance ??= createInstance().catch((error: unknown) => {
    instance = undefined;
    throw error;
  });
  return instance;
}

function stop(stopped: Instance): void {
  stopped.stopped = true;
  instance = undefined;
  stops++;
}

/** Errors of the watchdog belong to another context, where `instanceof` does not see them. */
function errorOf(thrown: unknown): { name?: unknown; message?: unknown; code?: unknown } {
  return typeof thrown === 'object' && thrown !== null ? thrown : {};
}

function isTimeout(error: unknown): boolean {
  return errorOf(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** A memory fault or another of WebAssembly's own errors. */
function isTrap(error: unknown): boolean {
  return errorOf(error).name === 'RuntimeError';
}

/** Whether the library stopped half-way, its memory left as it was then. */
function isStopped(error: unknown): boolean {
  return isTimeout(error) || isTrap(error);
}

/** The library's own words, without the trace around them. */
function detailOf(error: unknown, timeLimitMs: number): string {
  if (isTrap(error)) return 'the HDF5 library cannot follow it';
  if (isTimeout(error))
    return `reading it takes more than ${Number((timeLimitMs / 1000).toPrecision(2))} seconds`;
  const message = String(errorOf(error).message ?? error);
  return /\bin \w+\(\): (.+)/.exec(message)?.[1] ?? message.split('\n')[0].slice(0, 200);
}

function readOpened<T>(file: h5wasm.File, read: () => T): T {
  try {
    const result = read();
    file.close();
    return result;
  } catch (error) {
    if (!isStopped(error)) file.close();
    throw error;
  }
}

/** Opens the file in memory. Throws what the library throws; a read that takes longer than the limit is stopped. */
async function readOnce<T>(
  bytes: Uint8Array,
  timeLimitMs: number,
  read: (file: h5wasm.File, hdf5: Hdf5) => T,
): Promise<T> {
  let current = await currentInstance();
  // Another file, read while this one waited, may have stopped it.
  while (current.stopped) current = await currentInstance();
  const { hdf5, module } = current;
  // A new name each time: the library would take a file of the same name, left open by a stopped read, for this one.
  const path = `/${files++}.h5`;
  module.FS.writeFile(path, bytes);
  try {
    return host.withinTime(timeLimitMs, () => {
      const file = new hdf5.File(path, 'r');
      return readOpened(file, () => read(file, hdf5));
    });
  } catch (error) {
    if (isStopped(error)) stop(current);
    throw error;
  } finally {
    module.FS.unlink(path);
  }
}

/** Below this share of the limit the time went to other processes. */
const BUSY_SHARE = 0.5;
/** Then the file gets so many times as long. */
const PATIENCE = 20;

/**
 * Opens the file in memory and hands it to `read`, which must copy what it wants to keep. Whatever the library throws
 * comes out as `bad-hdf5`; a read that takes longer than the limit is stopped, where the host can, unless the machine is busy.
 */
export async function readWithHdf5<T>(
  bytes: Uint8Array,
  timeLimitMs: number,
  read: (file: h5wasm.File, hdf5: Hdf5) => T,
): Promise<T> {
  const damaged = (error: unknown, limit: number): unknown =>
    error instanceof TinymlError ? error : damagedHdf5(detailOf(error, limit), error);
  const started = host.processorTime();
  try {
    return await readOnce(bytes, timeLimitMs, read);
  } catch (error) {
    const isWaiting = host.processorTime() - started < BUSY_SHARE * timeLimitMs;
    if (!(isTimeout(error) && isWaiting)) throw damaged(error, timeLimitMs);
  }
  const patient = PATIENCE * timeLimitMs;
  return readOnce(bytes, patient, read).catch((error: unknown) => {
    throw damaged(error, patient);
  });
}
