/**
 * "Dynamic range": large weights become int8, all else stays float32, as TensorFlow's converter writes it without samples
 * (LiteRT f674577, `prepare_quantize_dynamic_range.cc`). TensorFlow Lite quantizes activations anew in every inference;
 * TFLM refuses such operators.
 */

import { elementCount } from '../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import type { OpKind } from '../../ops/index.ts';
import { quantizeWeights, weightParameters } from './parameters.ts';

/** Smaller weights stay as they are (`minimum_elements_for_weights`). */
const LEAST_ELEMENTS = 1024;

/** Of the operators that TensorFlow Lite computes so, the axis of their weights that has a scale for each index. */
const CHANNEL_AXES: Partial<Readonly<Record<OpKind, number>>> = {
  conv_2d: 0,
  depthwise_conv_2d: 3,
  fully_connected: 0,
};

const WEIGHTS = 1;

/**
 * A float32 graph with int8 weights, symmetric, with a scale for each channel; those of FULLY_CONNECTED have one for all,
 * unless `densePerChannel`, which TensorFlow Lite takes from 2.17 on. It is for the writer of files: no kernel here
 * computes it. The graph itself where no weights are large enough.
 */
export function withInt8Weights(graph: Graph, densePerChannel: boolean): Graph {
  const rewrite = new Rewrite(graph);
  const made = new Map<string, ValueId>();
  const stored = ({ kind }: Node, id: ValueId, data: Float32Array): ValueId => {
    const axis = kind === 'fully_connected' && !densePerChannel ? undefined : CHANNEL_AXES[kind];
    const key = `${id} ${axis}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const { shape } = rewrite.type(id);
    const quant = weightParameters(data, shape, axis);
    const values = quantizeWeights(data, shape, quant);
    const weights = rewrite.constant(rewrite.value(id).name, { dtype: 'int8', shape, quant }, values);
    made.set(key, weights);
    return weights;
  };
  for (const node of rewrite.nodes) {
    const id = CHANNEL_AXES[node.kind] === undefined ? undefined : node.inputs[WEIGHTS];
    const data = rewrite.floats(id);
    if (id === undefined || data === undefined || elementCount(rewrite.type(id).shape) < LEAST_ELEMENTS)
      continue;
    const inputs = node.inputs.with(WEIGHTS, stored(node, id, data));
    rewrite.replace(node, nodeWith(node, { inputs }));
  }
  return made.size === 0 ? graph : rewrite.graph();
}
