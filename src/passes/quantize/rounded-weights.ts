/** A float32 graph with the weights that its int8 form will have: for measuring what their rounding alone does. */

import type { Graph } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import { dequantizedWeights, quantizeWeights, weightParameters } from './parameters.ts';

export function withRoundedWeights(graph: Graph, densePerChannel: boolean): Graph {
  const rewrite = new Rewrite(graph);
  for (const node of graph.nodes) {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule !== 'weighted') continue;
    const id = node.inputs[quantRule.weights];
    const data = rewrite.floats(id);
    if (id === undefined || data === undefined) continue;
    const { name, type } = rewrite.value(id);
    const axis = quantRule.perChannel === 'always' || densePerChannel ? quantRule.axis : undefined;
    const quant = weightParameters(data, type.shape, axis);
    const rounded = dequantizedWeights(quantizeWeights(data, type.shape, quant), type.shape, quant);
    const constant = rewrite.constant(name, type, rounded);
    const inputs = node.inputs.map((input, operand) => (operand === quantRule.weights ? constant : input));
    rewrite.replace(node, nodeWith(node, { inputs }));
  }
  return rewrite.graph();
}
