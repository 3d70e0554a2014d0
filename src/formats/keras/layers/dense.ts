/** Dense layers, alone and at every position of a sequence. */

import type { ValueId } from '../../../ir/graph.ts';
import { addActivated } from '../activation.ts';
import type { LayerContext, LayerValue } from '../layer.ts';

/** Keras' [depth, units] as TFLite's [units, depth]. */
export function transposed(kernel: Float32Array, depth: number, units: number): Float32Array {
  const weights = new Float32Array(kernel.length);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < depth; i++) weights[unit * depth + i] = kernel[i * units + unit];
  }
  return weights;
}

/** The bias as a list of one operand, empty where the layer has none. */
export function biasOperands(layer: LayerContext, units: number): ValueId[] {
  if (!layer.config.boolean('use_bias', true)) return [];
  return [layer.constant('bias', [units], layer.weight('bias', [units]).data)];
}

export function importDense(layer: LayerContext): LayerValue {
  const { config, inputs } = layer;
  const units = config.integer('units');
  const [{ shape }] = inputs;
  const input = layer.narrow(inputs[0]);
  const depth = shape[shape.length - 1];
  const kernel = layer.weight('kernel', [depth, units]);
  const weights = layer.constant('kernel', [units, depth], transposed(kernel.data, depth, units));
  const operands = [input, weights, ...biasOperands(layer, units)];
  const id = addActivated(layer, (activation) =>
    layer.add('fully_connected', '', { activation, keepNumDims: shape.length > 2 }, operands),
  );
  return { id, shape: layer.shapeOf(id) };
}
