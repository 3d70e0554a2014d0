/** Products, sums and differences with a constant per channel: what batch normalization and input scaling are made of. */

import { elementCount, type Shape, sameShape } from '../../core/tensor.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import type { FusedActivation } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import { activationOf } from '../activation-of.ts';

/** output = activation(scale · input + shift), each for one index of the last axis. */
export interface ScaleShift {
  readonly node: Node;
  readonly input: ValueId;
  /** What the input is multiplied by, or what is added to it. */
  readonly constant: ValueId;
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
  if (node === undefined) return undefined;
  const { broadcasts, withConstant } = opOf(node.kind).traits;
  if (!broadcasts) return undefined;
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const constantFirst = rewrite.floats(a) !== undefined;
  const [input, constant] = constantFirst ? [b, a] : [a, b];
  const data = rewrite.floats(constant);
  const { shape } = rewrite.type(input);
  const [output] = node.outputs;
  if (data === undefined || !sameShape(shape, rewrite.type(output).shape)) return undefined;
  const vector = perChannel(data, rewrite.type(constant).shape, channelCount(shape));
  if (vector === undefined) return undefined;
  const affine = Array.from(vector, (value) => withConstant(value, constantFirst ? 'first' : 'second'));
  if (!affine.every((channel) => channel !== undefined)) return undefined;
  return {
    node,
    input,
    constant,
    output,
    scale: Float64Array.from(affine, ({ scale }) => scale),
    shift: Float64Array.from(affine, ({ shift }) => shift),
    activation: activationOf(node) ?? 'none',
  };
}
