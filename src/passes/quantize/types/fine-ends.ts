/**
 * Which operators stay in float32 because TFLM fixes the scale of their int8: where they end a graph, and hold so little that
 * a scale of their own is much finer.
 */

import type { Graph, ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { activationParameters, type Range } from '../parameters.ts';
import type { TypePlan } from './activation-types.ts';

/** Steps so many times as small are worth two more operators. */
const MUCH_FINER = 2;

/** Of the range that calibration saw: int8 cuts off what lies beyond, where the fixed scale reaches farther. */
const ROOM = 1.25;

/** Which operators stay in float32, and the ranges of activations. */
export interface FineEnds {
  readonly plan: TypePlan;
  readonly ranges: ReadonlyMap<ValueId, Range>;
}

/**
 * LOG_SOFTMAX makes int8 in steps of 1/16, L2_NORMALIZATION in steps of 1/128, whatever they hold. Where that is the result of
 * the graph, and steps half as large cover what calibration saw, they stay in float32, between a DEQUANTIZE and a QUANTIZE.
 */
export function withFineEnds(graph: Graph, plan: TypePlan, ranges: ReadonlyMap<ValueId, Range>): FineEnds {
  const real = new Set(plan.real);
  const own = new Map(ranges);
  for (const node of graph.nodes) {
    const { quantRule } = opOf(node.kind);
    const [id] = node.outputs;
    const seen = ranges.get(id);
    if (quantRule.rule !== 'fixed-output' || quantRule.isOftenFiner !== true || seen === undefined) continue;
    if (plan.types(id) !== 'int8' || !graph.outputs.includes(id)) continue;
    const range = { min: ROOM * seen.min, max: ROOM * seen.max };
    const fixed = quantRule.outputs.int8?.scale ?? 0;
    if (MUCH_FINER * activationParameters(range).scale > fixed) continue;
    real.add(node);
    own.set(id, range);
  }
  return { plan: { ...plan, real }, ranges: own };
}
