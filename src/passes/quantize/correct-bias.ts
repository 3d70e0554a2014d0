/**
 * Bias correction: rounding the weights shifts the mean of every output; the bias takes the shift back.
 * Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2,
 * with the means that calibration measured.
 */

import { type Graph, inputTypes, type Node, outputTypes } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { computeOnce } from '../../ops/kernel-of.ts';
import type { AnyKernel } from '../../ops/op.ts';

/**
 * bias + the mean over positions of what `errors` in place of operand `weights` make of E[input]. But for its activation
 * the operator is linear, so its own float kernel tells, with strides, padding and groups as they are. Output channels
 * are along the last axis of the output.
 */
export function correctBias(
  graph: Graph,
  node: Node,
  weights: number,
  errors: Float32Array,
  bias: Float32Array,
  inputMeans: Float64Array,
): Float32Array {
  const operands: (Float32Array | undefined)[] = [Float32Array.from(inputMeans), undefined, undefined];
  operands[weights] = errors;
  const [shifts] = computeOnce(
    opOf(node.kind).kernels.float32 as AnyKernel,
    { ...node.attributes, activation: 'none' },
    inputTypes(graph, node),
    outputTypes(graph, node),
    operands,
  ) as readonly [Float32Array];

  const units = bias.length;
  const rows = shifts.length / units;
  return bias.map((value, unit) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += shifts[row * units + unit];
    return value + sum / rows;
  });
}
