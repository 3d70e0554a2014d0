/** A float network of one dense layer, and records for it, drawn by a seed. */

import { createRandom } from '../../../../src/core/random.ts';
import { GraphBuilder } from '../../../../src/ir/builder.ts';
import type { Graph } from '../../../../src/ir/graph.ts';

function drawn(count: number, purpose: string): Float32Array {
  const random = createRandom(11, purpose);
  return Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

/** relu(weights · x + bias), from `inputs` values to `outputs`. */
export function denseGraph(inputs: number, outputs: number): Graph {
  const builder = new GraphBuilder();
  const float32 = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
  const result = builder.add('fully_connected', 'dense', { activation: 'relu', keepNumDims: false }, [
    builder.input('x', float32(1, inputs)),
    builder.constant('w', float32(outputs, inputs), drawn(outputs * inputs, 'weights')),
    builder.constant('b', float32(outputs), drawn(outputs, 'bias')),
  ]);
  return builder.build([result]);
}

export function drawRecords(count: number, length: number): { shape: number[]; data: Float32Array } {
  return { shape: [count, length], data: drawn(count * length, 'records') };
}
