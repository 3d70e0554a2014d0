/** The order of samples in each epoch, the same for every engine. */

import { computedOrder, MOST_DRAWN_PLACES } from '../core/orders/computed-order.ts';
import { createRandom } from '../core/random.ts';

/**
 * The samples of an epoch at the places from `start` on, as many as `into` has room for: parts of a permutation of
 * 0 … samples − 1 that depends on seed and epoch alone. One of up to `MOST_DRAWN_PLACES` is one part.
 */
export function batchOrder(
  seed: number,
  epoch: number,
  samples: number,
  into: Uint32Array = new Uint32Array(samples),
  start = 0,
): Uint32Array {
  const random = createRandom(seed, `batch-order:${epoch}`);
  if (samples <= MOST_DRAWN_PLACES) return random.permutation(samples, into);
  const order = computedOrder(random, samples);
  for (let place = 0; place < into.length; place++) into[place] = order(start + place);
  return into;
}
