/** What Keras models multiply, as factors of a summation. */

import type { Shape } from '../../core/tensor.ts';
import type { ValueId } from '../../ir/graph.ts';
import { stridedIndex, stridesOf } from '../../kernels/move.ts';
import { computedFactor, type Factor } from '../lowering/einsum/einsum.ts';
import type { LayerContext, LayerValue } from './layer.ts';

export function valueFactor(layer: LayerContext, value: LayerValue): Factor<ValueId> {
  return computedFactor(layer, layer.narrow(value));
}

/** Weights, or a constant, row-major. */
export function knownFactor(layer: LayerContext, shape: Shape, data: Float32Array): Factor<ValueId> {
  const strides = stridesOf(shape);
  return {
    shape,
    isKnown: true,
    arranged(part, permutation, newShape) {
      const counts = permutation.map((axis) => shape[axis]);
      const steps = permutation.map((axis) => strides[axis]);
      const places = stridedIndex({ counts, steps, start: 0 });
      return layer.constant(
        part,
        newShape,
        Float32Array.from(places, (place) => data[place]),
      );
    },
  };
}
