/** The order of samples in each epoch, the same for every engine. */

import { createRandom } from '../core/random.ts';

/** A permutation of 0 … samples − 1 that depends on seed and epoch alone. */
export function batchOrder(seed: number, epoch: number, samples: number): Uint32Array {
  return createRandom(seed, `batch-order:${epoch}`).permutation(samples);
}
