/** Scales of constants beside activations, which a file had in integers: those with which they are integers again. */

import { type PerTensorQuant, perTensor } from '../../core/quant-params.ts';
import { QUANTIZED_LIMITS } from '../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { rangeOf } from '../quantize/parameters.ts';
import { wholeSteps } from './whole-steps.ts';

const { min: LEAST, max: MOST } = QUANTIZED_LIMITS.int8;
const MOST_STEPS = MOST - LEAST;

function asInt8(values: Float32Array): PerTensorQuant | undefined {
  const scale = wholeSteps(values, MOST_STEPS);
  if (scale === undefined) return undefined;
  const { min, max } = rangeOf(values);
  const [low, high] = [Math.min(0, Math.round(min / scale)), Math.max(0, Math.round(max / scale))];
  return high - low > MOST_STEPS ? undefined : perTensor(scale, LEAST - low);
}

/** By the id of the constant; weights and biases, which have no zero point, are none of these. */
export function constantSteps(graph: Graph): ReadonlyMap<ValueId, PerTensorQuant> {
  const found = new Map<ValueId, PerTensorQuant>();
  for (const { kind, inputs } of graph.nodes) {
    if (opOf(kind).quantRule.rule === 'weighted') continue;
    for (const id of inputs) {
      const data = id === undefined ? undefined : getValue(graph, id).data;
      const quant = data instanceof Float32Array ? asInt8(data) : undefined;
      if (id !== undefined && quant !== undefined) found.set(id, quant);
    }
  }
  return found;
}
