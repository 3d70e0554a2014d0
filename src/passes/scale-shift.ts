/** `mul`, `add` and `sub` with a constant per channel: what batch normalization and input scaling are made of. */

import { elementCount, type Shape, sameShape } from '../core/tensor.ts';
import type { Node, ValueId } from '../ir/graph.ts';
import type { Rewrite } from '../ir/rewrite.ts';
import type { FusedActivation } from '../ops/fused-activation.ts';

/** output = activation(scale · input + shift), each for one index of the last axis. */
export interface ScaleShift {
  readonly node: Node;
  readonly input: ValueId;
  readonly output: ValueId;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  readonly activation: FusedActivation;
}

/** The size of the last axis. */
export function channelCount(shape: Shape): number {
  return shape[shape.length - 1] ?? 1;
}

/** A constant that is one number, or one for each index of the last axis, as a vector of the latter. */
export function perChannel(data: Float32Array, shape: Shape, channels: number): Float64Array | undefined {
  if (data.length === 1) return new Float64Array(channels).fill(data[0]);
  const alongLastAxis = channelCount(shape) === channels && elementCount(shape) === channels;
  return alongLastAxis ? Float64Array.from(data) : undefined;
}

export function scaleShiftOf(rewrite: Rewrite, node: Node | undefined): ScaleShift | undefined {
  if (node?.kind !== 'mul' && node?.kind !== 'add' && node?.kind !== 'sub') return undefined;
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const constantFirst = rewrite.floats(a) !== undefined;
  const [input, constant] = constantFirst ? [b, a] : [a, b];
  const data = rewrite.floats(constant);
  const { shape } = rewrite.type(input);
  const [output] = node.outputs;
  if (data === undefined || !sameShape(shape, rewrite.type(output).shape)) return undefined;
  const channels = channelCount(shape);
  const vector = perChannel(data, rewrite.type(constant).shape, channels);
  if (vector === undefined) return undefined;
  const every = (value: number): Float64Array => new Float64Array(channels).fill(value);
  const common = { node, input, output, activation: node.attributes.activation };
  if (node.kind === 'mul') return { ...common, scale: vector, shift: every(0) };
  if (node.kind === 'add') return { ...common, scale: every(1), shift: vector };
  return constantFirst
    ? { ...common, scale: every(-1), shift: vector }
    : { ...common, scale: every(1), shift: vector.map((value) => -value) };
}
