/** What the machine lends to the HDF5 library: Node a watchdog and copies of the library, a browser neither. */

import type * as h5wasm from 'h5wasm';

export type Hdf5 = typeof h5wasm;

export interface Hdf5Host {
  /** How many copies of the library there can be, each with a memory of its own. */
  readonly copies: number;
  /** Where there can be several, another `load` means another copy, also after one that failed. */
  copy(load: number): Promise<Hdf5>;
  /** Time of the processor that this process has had, in milliseconds. */
  processorTime(): number;
  /** What `body` returns; where the host can, it throws once that takes longer than the limit. */
  withinTime<T>(milliseconds: number, body: () => T): T;
}

const browser: Hdf5Host = {
  copies: 1,
  copy: () => import('h5wasm'),
  processorTime: () => 0,
  withinTime: (_, body) => body(),
};

/** Only the watchdog of `node:vm` can stop a loop inside WebAssembly. */
export function hdf5Host(): Hdf5Host {
  // Asked of the process at run time, so that bundles for browsers name no module of Node.
  const vm = globalThis.process?.getBuiltinModule?.('node:vm');
  if (vm === undefined) return browser;
  return {
    copies: Number.POSITIVE_INFINITY,
    // The query makes a module of its own.
    copy: (load) => import(`${import.meta.resolve('h5wasm')}?instance=${load}`) as Promise<Hdf5>,
    processorTime: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    withinTime: (milliseconds, body) => vm.runInNewContext('body()', { body }, { timeout: milliseconds }),
  };
}
