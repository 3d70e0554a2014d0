import type { QuantParams } from '../../../core/quant-params.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { channelLayout, isLinear } from '../../linear.ts';
import { wantsOneScale } from '../rounding/kept-weights.ts';
import { leastErrorScales } from '../weight-scales.ts';
import type { Calibrated, Method } from './method.ts';

const INT8_LIMIT = 127;

/** How much the squared error of each weight of a node counts. */
type ImportanceOf = (calibrated: Calibrated, node: Node, weights: Value) => Float64Array | undefined;

/** Constants that more than one operand is: their readers want scales of their own. */
function sharedConstants({ nodes }: Graph): ReadonlySet<ValueId> {
  const seen = new Set<ValueId>();
  const shared = new Set<ValueId>();
  for (const id of nodes.flatMap(({ inputs }) => inputs)) {
    if (id === undefined) continue;
    if (seen.has(id)) shared.add(id);
    seen.add(id);
  }
  return shared;
}

function searched(importanceOf: ImportanceOf): Method {
  return {
    apply(calibrated) {
      const { graph, densePerChannel } = calibrated;
      const shared = sharedConstants(graph);
      const weightScales = new Map<ValueId, QuantParams>();
      for (const node of graph.nodes) {
        const { quantRule } = opOf(node.kind);
        if (quantRule.rule !== 'weighted') continue;
        const value = getValue(graph, node.inputs[quantRule.weights] as ValueId);
        if (!(value.data instanceof Float32Array) || shared.has(value.id)) continue;
        const perChannel =
          !wantsOneScale(graph, value.id, quantRule.axis, calibrated) &&
          (quantRule.perChannel === 'always' || densePerChannel);
        const axis = perChannel ? quantRule.axis : undefined;
        const importance = importanceOf(calibrated, node, value);
        const search = { limit: INT8_LIMIT, importance };
        weightScales.set(value.id, leastErrorScales(value.data, value.type.shape, axis, search));
      }
      return { ...calibrated, weightScales };
    },
  };
}

/** The mean square of the input channel that each weight multiplies. */
function inputPower({ graph, statistics }: Calibrated, node: Node, weights: Value): Float64Array | undefined {
  const input = node.inputs[0] as ValueId;
  const squares = statistics.squares.get(input);
  if (squares === undefined || !isLinear(node) || weights.data === undefined) return undefined;
  const layout = channelLayout(node, getValue(graph, input).type.shape, weights.type.shape);
  const power = new Float64Array(layout.inputs);
  for (let i = 0; i < squares.length; i++) power[i % layout.inputs] += squares[i];
  return Float64Array.from({ length: weights.data.length }, (_, i) => power[layout.inputOf(i)]);
}

/** Weight scales with the least squared error of the weights. */
export const mseWeights: Method = searched(() => undefined);

/** Weight scales with the least squared error of the weights, each counted by the power of what it multiplies. */
export const weightedMseWeights: Method = searched(inputPower);
