/** A prepared float32 graph to integers: calibrated, made ready by methods, quantized, and rounded on what it computes. */

import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { PassObserver } from '../../passes/pass.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { hasClusters, type WithKept, withShared } from '../../passes/quantize/rounding/kept-weights.ts';
import type { TypeChoice } from '../../passes/quantize/types/activation-types.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { calibrateFor, type IntegerForm } from './apply-methods.ts';
import { guardMethods, keptMethods } from './guard-methods.ts';
import { chooseInt4, type Int4Outcome } from './int4/choose-int4.ts';
import type { Int4Wish } from './int4/int4-wish.ts';
import { GUARDED_RECIPE, type MethodName, methodsOf, type Recipe, scaleRulesOf } from './method-names.ts';
import { quantizeCalibrated } from './quantize-calibrated.ts';

/** How a graph is quantized. */
export interface QuantizationForm extends WithKept {
  readonly method: Recipe;
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
  /** What activations become: int8 where nothing is said. */
  readonly activations?: TypeChoice;
  /** Which weights get 4 bits: none where nothing is said. */
  readonly int4?: Int4Wish;
}

/** A graph of integers, and what it was made of. */
export interface QuantizedGraph {
  readonly int8: Graph;
  /** Those of the recipe that were not left out. */
  readonly methods: readonly MethodName[];
  readonly calibrated: Calibrated;
  /** Where weights got 4 bits. */
  readonly int4?: Int4Outcome;
}

/**
 * Throws `unsupported` errors for what no int8 kernel computes, usage errors for layers and budgets of 4-bit weights that
 * cannot be. `observe` is told of `quantize`.
 */
export async function quantizeGraph(
  prepared: Graph,
  records: RecordSource,
  { method, densePerChannel, activations = 'int8', int4, kept: trained }: QuantizationForm,
  context: WorkContext,
  observe?: PassObserver,
): Promise<QuantizedGraph> {
  context.report?.step('calibrate');
  const kept = withShared(prepared, trained);
  const form: IntegerForm = {
    activations,
    densePerChannel,
    scaleRules: scaleRulesOf(method),
    ...given({ kept }),
  };
  const apply = await calibrateFor(prepared, records, form, context);
  // Its factors would make many values of those that channels share.
  const wanted = methodsOf(method).filter((name) => name !== 'equalize-channels' || !hasClusters({ kept }));
  const methods =
    method === GUARDED_RECIPE
      ? keptMethods(prepared, apply, records, await guardMethods(prepared, records, wanted, form, context))
      : wanted;
  const calibrated = apply(methods);
  const int8 = await quantizeCalibrated(calibrated, records, context);
  if (int4 === undefined) {
    observe?.('quantize', int8);
    return { int8, methods, calibrated };
  }
  const outcome = await chooseInt4({ prepared, records, methods, calibrated, int8 }, int4, context);
  observe?.('quantize', outcome.graph);
  return { int8: outcome.graph, methods, calibrated, int4: outcome };
}
