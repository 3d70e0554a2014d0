/** The order of samples in each epoch, the same for every engine. */

import { createRandom } from '../core/random.ts';

/** A permutation of 0 … samples − 1 that depends on seed and epoch alone, in `into` where that is given. */
export function batchOrder(seed: number, epoch: number, samples: number, into?: Uint32Array): Uint32Array {
  return createRandom(seed, `batch-order:${epoch}`).permutation(samples, into);
}
