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

/** A file that has had this share of the limit in time of the processor takes too long; below it the machine was busy. */
const ENOUGH_SHARE = 0.5;
/** All tries together end after so many times the limit, however busy the machine is. */
const PATIENCE = 20;

/**
 * Opens the file in memory and hands it to `read`, which must copy what it wants to keep. Whatever the library throws
 * comes out as `bad-hdf5`. A read that takes longer than the limit is stopped, where the host can; where others had the
 * processor it is tried again, for as long as the limit takes at the pace so far.
 */
export async function readWithHdf5<T>(
  bytes: Uint8Array,
  timeLimitMs: number,
  read: (file: h5wasm.File, hdf5: Hdf5) => T,
): Promise<T> {
  let left = PATIENCE * timeLimitMs;
  let limit = timeLimitMs;
  for (;;) {
    const started = host.processorTime();
    try {
      return await readOnce(bytes, limit, read);
    } catch (error) {
      if (error instanceof TinymlError) throw error;
      const used = host.processorTime() - started;
      left -= limit;
      if (!isTimeout(error) || used >= ENOUGH_SHARE * timeLimitMs || left <= 0)
        throw damagedHdf5(detailOf(error, limit), error);
      limit = Math.min(left, Math.ceil((limit * timeLimitMs) / Math.max(used, 1)));
    }
  }
}
