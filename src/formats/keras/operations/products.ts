/** Products of tensors, and of tensors and constants. */

import type { ValueId } from '../../../ir/graph.ts';
import { einsum, type Factor } from '../../lowering/einsum/einsum.ts';
import { knownFactor, valueFactor } from '../factors.ts';
import type { LayerContext, LayerImporter } from '../layer.ts';
import { type Operand, operandAt, settingAt } from './operands.ts';

function factorOf(layer: LayerContext, operand: Operand): Factor<ValueId> {
  if ('tensor' in operand) return valueFactor(layer, operand.tensor);
  const { shape, values } = operand.constant;
  return knownFactor(layer, shape, Float32Array.from(values));
}

function summed(layer: LayerContext, equation: string, operands: readonly Operand[]) {
  const id = einsum(
    layer,
    equation,
    operands.map((operand) => factorOf(layer, operand)),
  );
  return { id, shape: layer.shapeOf(id) };
}

/** Of matrices in the last two axes; TensorFlow's function can take them transposed. */
export const importMatmul: LayerImporter = (layer) => {
  const [a, b] = [operandAt(layer, [0, 'x1', 'a']), operandAt(layer, [1, 'x2', 'b'])];
  const transposed = (position: number, name: string): boolean =>
    settingAt(layer, [position, name]).boolean(false);
  const left = transposed(2, 'transpose_a') ? '...ji' : '...ij';
  const right = transposed(3, 'transpose_b') ? '...kj' : '...jk';
  return summed(layer, `${left},${right}->...ik`, [a, b]);
};

export const importEinsum: LayerImporter = (layer) => {
  const { positional } = layer.arguments;
  const operands = positional.map((_, position) => operandAt(layer, [position]));
  return summed(layer, settingAt(layer, [positional.length, 'subscripts']).string(''), operands);
};
