/**
 * The HDF5 library in WebAssembly, held in check: damaged files make it loop, trap or print, here they only throw.
 * Files lie in its own memory; it never sees the disk.
 */

import { types } from 'node:util';
import { runInNewContext } from 'node:vm';
import type * as h5wasm from 'h5wasm';
import { inputError, TinymlError } from '../../core/errors.ts';

export type Hdf5 = typeof h5wasm;

/** What the library's typings leave out. */
interface ErrorHandler {
  activate_throwing_error_handler(): void;
}

interface Instance {
  readonly hdf5: Hdf5;
  readonly module: Awaited<Hdf5['ready']>;
}

export function damagedHdf5(detail: string, cause?: unknown): TinymlError {
  return inputError(
    'bad-hdf5',
    `The HDF5 file is damaged: ${detail}.`,
    'Copy or save the model file again.',
    cause,
  );
}

let instance: Promise<Instance> | undefined;
let instances = 0;
let files = 0;

/** The query makes a module of its own, so that an instance that was stopped half-way is never used again. */
async function createInstance(): Promise<Instance> {
  const url = `${import.meta.resolve('h5wasm')}?instance=${instances++}`;
  const hdf5 = (await import(url)) as Hdf5;
  const module = await hdf5.ready;
  (module as unknown as ErrorHandler).activate_throwing_error_handler();
  return { hdf5, module };
}

/** Only the watchdog of `node:vm` can stop a loop inside WebAssembly. */
function withinTime<T>(milliseconds: number, body: () => T): T {
  return runInNewContext('body()', { body }, { timeout: milliseconds });
}

/** Errors of the watchdog belong to another context, where `instanceof` does not see them. */
function isTimeout(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** A memory fault or another of WebAssembly's own errors. */
function isTrap(error: unknown): boolean {
  return types.isNativeError(error) && error.name === 'RuntimeError';
}

/** Whether the library stopped half-way, its memory left as it was then. */
function isStopped(error: unknown): boolean {
  return isTimeout(error) || isTrap(error);
}

/** The library's own words, without the trace around them. */
function detailOf(error: unknown, timeLimitMs: number): string {
  if (isTrap(error)) return 'the HDF5 library cannot follow it';
  if (isTimeout(error)) return `reading it takes more than ${timeLimitMs / 1000} seconds`;
  const message = types.isNativeError(error) ? error.message : String(error);
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

/**
 * Opens the file in memory and hands it to `read`, which must copy what it wants to keep. Whatever the library throws
 * comes out as `bad-hdf5`; a read that takes longer than the limit is stopped.
 */
export async function readWithHdf5<T>(
  bytes: Uint8Array,
  timeLimitMs: number,
  read: (file: h5wasm.File, hdf5: Hdf5) => T,
): Promise<T> {
  instance ??= createInstance();
  const { hdf5, module } = await instance;
  // A new name each time: the library would take a file of the same name, left open by a stopped read, for this one.
  const path = `/${files++}.h5`;
  module.FS.writeFile(path, bytes);
  try {
    return withinTime(timeLimitMs, () => {
      const file = new hdf5.File(path, 'r');
      return readOpened(file, () => read(file, hdf5));
    });
  } catch (error) {
    if (isStopped(error)) instance = undefined;
    throw error instanceof TinymlError ? error : damagedHdf5(detailOf(error, timeLimitMs), error);
  } finally {
    module.FS.unlink(path);
  }
}
