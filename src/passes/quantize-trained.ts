/** The integers that a training has prepared for: its ranges and scales, as they are. */

import type { QuantParams } from '../core/quant-params.ts';
import type { Graph, ValueId } from '../ir/graph.ts';
import { runPasses } from './pass.ts';
import type { Ranges } from './quantize/parameters.ts';
import { type QuantizeOptions, quantizePass } from './quantize/quantize.ts';

/** By ids of the prepared float32 graph that was trained. */
export interface TrainedQuantization {
  readonly ranges: Ranges;
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
  /** Outputs of the operators whose weights get 4 bits. */
  readonly int4: ReadonlySet<ValueId>;
  /** Of weights whose scales were learned; the largest weight makes those of the others. */
  readonly weightScales: ReadonlyMap<ValueId, QuantParams>;
}

/** What the pass `quantize` is told of it. */
function trainedOptions({ densePerChannel, int4, weightScales }: TrainedQuantization): QuantizeOptions {
  return { densePerChannel, int4, trainedScales: weightScales };
}

/** Every weight becomes the integer next to it: training has seen to the rest. */
export function quantizeTrained(graph: Graph, trained: TrainedQuantization): Graph {
  return runPasses(graph, [quantizePass(trained.ranges, trainedOptions(trained))]);
}
