/** What a linear operator makes of a mean input, and the mean of what it reads. */

import type { TensorType } from '../../../core/tensor.ts';
import { getValue, outputTypes, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { computeOnce } from '../../../ops/kernel-of.ts';
import type { AnyKernel } from '../../../ops/op.ts';
import type { IntegerArray } from './read-integers.ts';
import type { RoundedNode } from './rounded-node.ts';

/** Mean over positions of what weights make of a mean input, unit by unit: sums are linear. */
export function meanSums(
  { float, floatNode }: RoundedNode,
  input: Float64Array,
  weights: Float32Array,
  units: number,
): Float64Array {
  const types: TensorType[] = floatNode.inputs.slice(0, 2).map((id) => getValue(float, id as ValueId).type);
  const [sums] = computeOnce(
    opOf(floatNode.kind).kernels.float32 as AnyKernel,
    { ...floatNode.attributes, activation: 'none' },
    [...types, undefined],
    outputTypes(float, floatNode),
    [Float32Array.from(input), weights, undefined],
  ) as readonly [Float32Array];
  const means = new Float64Array(units);
  for (let i = 0; i < sums.length; i++) means[i % units] += (sums[i] * units) / sums.length;
  return means;
}

/** Of what the integers of each element stand for. Those of a byte are looked up: most of the time goes into quotients. */
export function realMeans(
  inputs: readonly IntegerArray[],
  elements: number,
  scale: number,
  zeroPoint: number,
): Float64Array {
  const shareOf = (value: number): number => ((value - zeroPoint) * scale) / inputs.length;
  const shares = Float64Array.from({ length: 256 }, (_, index) => shareOf(index - 128));
  const means = new Float64Array(elements);
  for (const record of inputs) {
    if (record instanceof Int8Array) for (let i = 0; i < elements; i++) means[i] += shares[record[i] + 128];
    else for (let i = 0; i < elements; i++) means[i] += shareOf(record[i]);
  }
  return means;
}
