/**
 * The float graph as a graph of integers: same nodes, same value ids for activations, constants quantized per use. Which
 * type each activation has is decided before (`activation-types.ts`); an operator that reads another one finds a QUANTIZE in
 * between.
 */

import type { ValueId } from '../../ir/graph.ts';
import type { Pass } from '../pass.ts';
import { fuseSaturation } from './fuse-saturation.ts';
import type { KnownTensors } from './operands.ts';
import type { Ranges } from './parameters.ts';
import type { WeightedOptions } from './quantize-weighted.ts';
import { Quantizer } from './quantizer.ts';
import { rangesInPlace } from './ranges/ranges-in-place.ts';
import { roomForZero } from './ranges/room-for-zero.ts';
import { settledRanges } from './ranges/settled-ranges.ts';
import { symmetricFactors } from './ranges/symmetric-factors.ts';
import type { ScaleRules } from './scale-rules.ts';
import { planTypes, type TypeChoice } from './types/activation-types.ts';
import { withFineEnds } from './types/fine-ends.ts';
import { withUnscaled } from './types/unscaled-nodes.ts';

/** What decides the integers besides ranges. */
export interface QuantizeOptions extends WeightedOptions, Partial<Pick<KnownTensors, 'activationScales'>> {
  /** What activations are: int8 where nothing is said. */
  readonly activations?: TypeChoice;
  /** tinyml's own where nothing is said. */
  readonly scaleRules?: ScaleRules;
}

/**
 * The pass `quantize`: float32 graph in, graph of integers (inputs and outputs too) out. Throws `unsupported` errors for
 * ranges and operators that no such kernel computes, a usage error for layers that are not there.
 */
export function quantizePass(ranges: Ranges, options: QuantizeOptions): Pass {
  return {
    name: 'quantize',
    run(graph) {
      const plan = planTypes(graph, options.activations ?? 'int8');
      const { scaleRules = 'tinyml', activationScales } = options;
      // Given scales need not end where a limit is.
      const fused = activationScales === undefined ? fuseSaturation(graph, plan) : graph;
      const fine =
        scaleRules === 'tinyml' && activationScales === undefined
          ? withFineEnds(fused, plan, ranges)
          : { plan, ranges };
      const settled =
        scaleRules === 'tensorflow'
          ? rangesInPlace(fused, ranges)
          : settledRanges(fused, roomForZero(fine.ranges), plan.types);
      const decisive = symmetricFactors(fused, settled);
      const hasScale = (id: ValueId): boolean =>
        activationScales === undefined || activationScales.has(id) || decisive.has(id);
      const { types } = fine.plan;
      const real = withUnscaled(fused, fine.plan.real, hasScale);
      const known = { types, ranges: decisive, activationScales };
      return new Quantizer(fused, { ...known, real, hasScale, scaleRules }, options).run();
    },
  };
}
