/** What the machine lends to the HDF5 library: Node a watchdog and copies of the library, a browser neither. */

import type * as h5wasm from 'h5wasm';

export type Hdf5 = typeof h5wasm;

export interface Hdf5Host {
  /** The `index`th copy of the library, with a memory of its own; undefined where there are no more. */
  copy(index: number): Promise<Hdf5> | undefined;
  /** What `body` returns; where the host can, it throws once that takes longer than the limit. */
  withinTime<T>(milliseconds: number, body: () => T): T;
}

const browser: Hdf5Host = {
  copy: (index) => (index === 0 ? import('h5wasm') : undefined),
  withinTime: (_, body) => body(),
};

/** Only the watchdog of `node:vm` can stop a loop inside WebAssembly. */
export function hdf5Host(): Hdf5Host {
  // Asked of the process at run time, so that bundles for browsers name no module of Node.
  const vm = globalThis.process?.getBuiltinModule?.('node:vm');
  if (vm === undefined) return browser;
  return {
    // The query makes a module of its own.
    copy: (index) => import(`${import.meta.resolve('h5wasm')}?instance=${index}`) as Promise<Hdf5>,
    withinTime: (milliseconds, body) => vm.runInNewContext('body()', { body }, { timeout: milliseconds }),
  };
}
