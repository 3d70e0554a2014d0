/** A graph of integers as float32 values that stand for them: what a training runs in its place. */

import type { PerTensorQuant } from '../../../core/quant-params.ts';
import { isQuantizedDType, type TensorData, type TensorType } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../../ir/graph.ts';
import { nodeWith } from '../../../ir/rewrite.ts';
import { isLinear } from '../../../passes/linear.ts';
import { fuseSaturation } from '../../../passes/quantize/fuse-saturation.ts';
import { planTypes } from '../../../passes/quantize/types/activation-types.ts';

/** The parameters of an activation. */
export function quantOf(int8: Graph, id: ValueId): PerTensorQuant {
  const { name, type } = getValue(int8, id);
  if (type.quant?.scheme === 'per-tensor') return type.quant;
  throw new Error(`value "${name}" has no parameters of its own`);
}

/** What integers stand for. */
export function dequantized(codes: ArrayLike<number>, { scale, zeroPoint }: PerTensorQuant): Float32Array {
  return Float32Array.from(codes, (code) => (code - zeroPoint) * scale);
}

function real({ shape }: TensorType): TensorType {
  return { dtype: 'float32', shape };
}

/** Indices and the like are integers in both. */
function isCode({ dtype, quant }: TensorType): boolean {
  return isQuantizedDType(dtype) && quant !== undefined;
}

function twinOf(value: Value): Value {
  const { id, name, type, data } = value;
  if (!isCode(type)) return value;
  if (data === undefined || type.quant?.scheme !== 'per-tensor') return { id, name, type: real(type) };
  return {
    id,
    name,
    type: real(type),
    data: dequantized(data as ArrayLike<number> & TensorData, type.quant),
  };
}

/**
 * The nodes and values of `int8`, which quantization made of `float`; linear operators have the weights and biases of
 * `float`, by their ids there.
 */
export function twinGraph(float: Graph, int8: Graph): Graph {
  const fused = fuseSaturation(float, planTypes(float, 'int8'));
  const masters = new Map(fused.nodes.filter(isLinear).map((node) => [node.outputs[0], node]));
  const values = new Map([...int8.values].map(([id, value]) => [id, twinOf(value)]));
  const nodes = int8.nodes.map((node): Node => {
    const master = isLinear(node) ? masters.get(node.outputs[0]) : undefined;
    if (master === undefined) return node;
    const [, ...constants] = master.inputs;
    for (const id of constants) if (id !== undefined) values.set(id, getValue(fused, id));
    return nodeWith(node, { inputs: [node.inputs[0], ...constants] });
  });
  return { ...int8, values, nodes };
}
