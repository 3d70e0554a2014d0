/** The update of the autoencoder's weights as a share of the rate at which the same memory is gone through with no arithmetic to wait for. */

import { alignUp } from '../../../src/core/alignment.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createHeap } from '../../../src/kernels/training/heap.ts';
import { planTraining } from '../../../src/training/compiled/training-plan.ts';
import { NETWORKS, networkJob } from '../networks.ts';
import { formatSeconds, type Outcome } from '../row.ts';
import { leastSecondsOf } from '../timing.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Weights, gradients and both means are read, and all but the gradients written. */
const UPDATE_STREAMS = 7;
/** `add` reads two arrays and writes one; it goes through two pairs, so that all four arrays take turns. */
const ADD_STREAMS = 6;
const COPY_STREAMS = 4;

export async function memoryRows(): Promise<Outcome[]> {
  const { label } = NETWORKS.autoencoder;
  const name = `${label}, update of its weights by adam, share of the rate of memory`;
  const { count } = planTraining(networkJob(NETWORKS.autoencoder, 32), 32).model.parameters;
  const bytes = alignUp(count * FLOAT_BYTES);
  const { kernels, buffer, simd } = createHeap(4 * bytes);
  if (!simd) return [{ name, why: 'this machine has no WebAssembly with SIMD' }];
  const random = createRandom(1, 'memory');
  const floats = new Float32Array(buffer, 0, (4 * bytes) / FLOAT_BYTES);
  for (let i = 0; i < floats.length; i++) floats[i] = random.uniform();
  const [weights, gradients, means, squares] = [0, 1, 2, 3].map((index) => index * bytes);
  const giga = (streams: number, seconds: number): number => (streams * bytes) / seconds / 1e9;
  const update = await leastSecondsOf(() =>
    // Corrections of a training that has gone on for some hundred steps.
    kernels.adam(weights, gradients, means, squares, count, 1e-9, 0.9, 0.999, 1, 0.5, 1e-7),
  );
  const copy = await leastSecondsOf(() => {
    kernels.copyRows(weights, count, gradients, count, 1, count);
    kernels.copyRows(means, count, squares, count, 1, count);
  });
  const add = await leastSecondsOf(() => {
    kernels.add(weights, gradients, count);
    kernels.add(means, squares, count);
  });
  const [reached, copied, added] = [
    giga(UPDATE_STREAMS, update),
    giga(COPY_STREAMS, copy),
    giga(ADD_STREAMS, add),
  ];
  const best = Math.max(copied, added);
  return [
    {
      name,
      value: (100 * reached) / best,
      unit: '%',
      how: `${count} weights in ${formatSeconds(update)}, on one thread: ${reached.toPrecision(3)} of ${best.toPrecision(3)} · 10^9 bytes a second read and written (copies ${copied.toPrecision(3)}, sums ${added.toPrecision(3)}); each weight takes a root and two divisions; minima`,
    },
  ];
}
