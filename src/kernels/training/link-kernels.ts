/** Kernels of WebAssembly that are called again and again with the same numbers: one function in their place. */

import { linkCalls, recordCalls } from '../simd/link-calls.ts';
import type { TrainingKernels } from './kernels.ts';

/** Those that give nothing back: what is called behind them does not depend on what they computed. */
export type LinkableKernels = {
  readonly [Name in keyof TrainingKernels as ReturnType<TrainingKernels[Name]> extends void
    ? Name
    : never]: TrainingKernels[Name];
};

/**
 * One function that makes the calls that `make` makes of what it is given. Undefined where these are so many that the way to
 * each of them is nothing beside what they compute.
 */
export type Link = (make: (kernels: LinkableKernels) => void) => (() => void) | undefined;

const MOST_CALLS = 4096;

/** Of the functions that an instance of the module exports. */
export function linkerOf(exports: object): Link {
  return (make) => {
    const calls = recordCalls<LinkableKernels>(make, MOST_CALLS);
    return calls && linkCalls(exports, calls);
  };
}
