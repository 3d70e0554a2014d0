/**
 * Initial weights from seed and topology, the same for every engine: Keras' defaults (`glorot_uniform` kernels, orthogonal
 * ones of what is remembered, zero biases) and what layers ask for.
 */

import type { NamedWeight } from '../core/float-model.ts';
import type { JsonObject } from '../core/json.ts';
import { createRandom, type Random } from '../core/random.ts';
import { elementCount } from '../core/tensor.ts';
import type { WeightSpec } from './layers/layer.ts';
import { orthogonalMatrix } from './orthogonal.ts';
import { readTopology } from './topology.ts';

/** What a weight is before training. */
export function initialValues({ shape, initializer }: WeightSpec, random: Random): Float32Array {
  const data = new Float32Array(elementCount(shape));
  switch (initializer.type) {
    case 'zeros':
      return data;
    case 'ones':
      return data.fill(1);
    case 'orthogonal':
      return orthogonalMatrix(shape[0], shape[1], random);
    case 'forget-gate-ones':
      return data.fill(1, data.length / 4, data.length / 2);
    case 'random-uniform': {
      const { minval, maxval } = initializer;
      return data.map(() => minval + (maxval - minval) * random.uniform());
    }
    case 'glorot-uniform': {
      const limit = Math.sqrt(6 / (initializer.fanIn + initializer.fanOut));
      return data.map(() => (2 * random.uniform() - 1) * limit);
    }
  }
}

/** Named `layer/weight`, in the order of the layers. The topology is one that `toTopology` makes. */
export function createInitialWeights(topology: JsonObject, seed: number): NamedWeight[] {
  const random = createRandom(seed, 'initial-weights');
  return readTopology(topology).flatMap(({ name, weights }) =>
    weights.map((weight) => ({
      name: `${name}/${weight.name}`,
      shape: weight.shape,
      data: initialValues(weight, random),
    })),
  );
}
